import Testing

@Suite("Priors")
struct ModelPriorTests {
  let folder: TemporaryFolder
  private static let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
  private static let vectors = tests + "/FSCompTests/Vectors/1.0"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a.txt", Self.sentences(600))
    try folder.write("b.txt", Self.sentences(300, seed: 2))
  }

  /// Sentences that are alike and not the same.
  private static func sentences(_ count: Int, seed: Int = 1) -> [UInt8] {
    let nouns = ["river", "miller", "daughter", "village", "wheel", "harvest", "winter"]
    let verbs = ["carries", "remembers", "answers", "follows"]
    var state = seed
    func next(_ words: [String]) -> String {
      state = (state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
      return words[Int(UInt(bitPattern: state) >> 33) % words.count]
    }
    return (0..<count).flatMap { _ in
      Array("The \(next(nouns)) \(next(verbs)) what the \(next(nouns)) \(next(verbs)).\n".utf8)
    }
  }

  /// A model with a dictionary and no prior.
  private func makeWords() throws {
    let made = try folder.fscomp(
      "model", "dictionary", "a.txt", "-o", "words.fsm", "--words", "300")
    #expect(made.status == 0, "\(made.errors)")
  }

  private func line(_ tag: String, ofInfo model: String) throws -> String? {
    try folder.fscomp("model", "info", model).text.split(separator: "\n")
      .first { $0.hasPrefix(tag) }.map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test("A prior is made of texts, shown, and used")
  func making() throws {
    try makeWords()
    #expect(try line("PRIO", ofInfo: "words.fsm") == nil)
    let made = try folder.fscomp(
      "model", "prior", "-m", "words.fsm", "a.txt", "b.txt", "-o", "prior.fsm", "--size", "64K",
      "--name", "mill", "--training-text", "two texts")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.errors.isEmpty && made.output.isEmpty)
    let shown = try #require(try line("PRIO", ofInfo: "prior.fsm"))
    #expect(shown.contains("65,536"))
    #expect(shown.contains("contexts of coded text") && !shown.contains(" 0 contexts"))
    #expect(try line("DICT", ofInfo: "prior.fsm") == line("DICT", ofInfo: "words.fsm"))
    let info = try folder.fscomp("model", "info", "prior.fsm").text
    #expect(info.contains("mill") && info.contains("two texts"))

    // Text of the same kind, which is none of those.
    let held = Array(Self.sentences(60, seed: 3))
    func size(_ model: String) throws -> Int {
      let archive = try folder.fscomp("-3", "-m", model, input: .bytes(held))
      #expect(archive.status == 0, "\(archive.errors)")
      let again = try folder.fscomp("-d", "-m", model, input: .bytes(archive.output))
      #expect(again.output == held)
      return archive.output.count
    }
    #expect(try size("./prior.fsm") < size("./words.fsm"))
  }

  @Test("The same texts make the same prior, with the size that is asked for")
  func repeating() throws {
    try makeWords()
    for (name, size) in [("one", "10000"), ("two", "10000"), ("three", "64")] {
      #expect(
        try folder.fscomp(
          "model", "prior", "-m", "words.fsm", "a.txt", "-o", "\(name).fsm", "--name", "x",
          "--size", size
        ).status == 0)
    }
    #expect(try folder.read("one.fsm") == folder.read("two.fsm"))
    // Whole lines of 64 bytes.
    #expect(try #require(try line("PRIO", ofInfo: "one.fsm")).contains(" 9,984 "))
    #expect(try #require(try line("PRIO", ofInfo: "three.fsm")).contains(" 64 "))
  }

  @Test("What cannot be is refused, and leaves nothing behind")
  func refusing() throws {
    try makeWords()
    #expect(try folder.shell("cp \(Self.vectors)/test-vectors.fsm plain.fsm").status == 0)
    let names = folder.names
    for (arguments, error) in [
      (["-m", "plain.fsm", "a.txt", "-o", "new.fsm"], "plain.fsm: has no dictionary"),
      (["-m", "words.fsm", "a.txt", "none.txt", "-o", "new.fsm"], "none.txt: No such file"),
      (["-m", "none.fsm", "a.txt", "-o", "new.fsm"], "none.fsm: No such file"),
      (["-m", "words.fsm", "a.txt", "-o", "plain.fsm"], "plain.fsm: already exists"),
      (["-m", "words.fsm", "a.txt", "-o", "new.fsm", "--size", "63"], "is from 64 bytes to 1G"),
      (["-m", "words.fsm", "a.txt", "-o", "new.fsm", "--size", "1025M"], "--size is from"),
      (["-m", "words.fsm", "a.txt", "-o", "new.fsm", "--size", "much"], "a size such as 4M"),
      (["-m", "words.fsm", "a.txt"], "--output"),
      (["-m", "words.fsm", "-o", "new.fsm"], "file"),
    ] {
      let finished = try folder.start(["model", "prior"] + arguments).finish()
      #expect(finished.status == 1, "\(arguments)")
      #expect(finished.errors.contains(error), "\(finished.errors)")
    }
    #expect(folder.names == names)
    let forced = try folder.fscomp(
      "model", "prior", "-m", "words.fsm", "a.txt", "-o", "plain.fsm", "-f", "--size", "4K")
    #expect(forced.status == 0)
    #expect(try line("PRIO", ofInfo: "plain.fsm") != nil)
  }

  @Test("export shows it, join and import keep it, another dictionary does without")
  func keeping() throws {
    try makeWords()
    #expect(
      try folder.fscomp(
        "model", "prior", "-m", "words.fsm", "a.txt", "-o", "prior.fsm", "--size", "4K"
      ).status == 0)
    #expect(try folder.fscomp("model", "export", "prior.fsm", "-o", "parts").status == 0)
    let lines = try folder.shell("cat parts/prior.txt").text.split(separator: "\n")
    #expect(lines.first == "line check byte count")
    #expect(lines.count > 100 && lines.count <= 1 + 64 * 21)
    for line in lines.dropFirst() {
      #expect(line.split(separator: " ").compactMap { Int($0) }.count == 4, "\(line)")
    }
    // A file for each section.
    let sections = try folder.fscomp("model", "info", "prior.fsm").text.split(separator: "\n")
      .count { line in ["DICT", "META", "MIXB", "NETW", "PRIO"].contains { line.hasPrefix($0) } }
    #expect(try folder.shell("ls parts | wc -l").text.contains("\(sections)\n"))
    #expect(try folder.shell("rm -r parts").status == 0)

    let shown = try line("PRIO", ofInfo: "prior.fsm")
    #expect(
      try folder.fscomp("model", "join", "prior.fsm", "prior.fsm", "-o", "two.fsm").status == 0)
    #expect(try line("PRIO", ofInfo: "two.fsm") == shown)
    let weights = Self.tests + "/TrainingTests/Fixtures/fslstm3.safetensors"
    #expect(
      try folder.fscomp(
        "model", "import", weights, "--mixing-from", "prior.fsm", "-o", "three.fsm"
      ).status == 0)
    #expect(try line("PRIO", ofInfo: "three.fsm") == shown)
    #expect(
      try folder.fscomp(
        "model", "dictionary", "-m", "prior.fsm", "b.txt", "-o", "other.fsm", "--words", "50"
      ).status == 0)
    #expect(try line("PRIO", ofInfo: "other.fsm") == nil)
  }

  @Test("Help says what it takes; a terminal sees how far it is, unless that is unwanted")
  func showing() throws {
    let help = try folder.fscomp("model", "prior", "--help")
    #expect(help.status == 0)
    for part in ["memory", "--size", "--quiet", "dictionary"] { #expect(help.text.contains(part)) }
    try makeWords()
    try folder.write("long.txt", Self.sentences(60_000))
    for (options, isShown) in [([], true), (["-q"], false), (["--no-progress"], false)] {
      let terminal = try PseudoTerminal()
      let process = try folder.start(
        ["model", "prior", "-m", "words.fsm", "long.txt", "-o", "long.fsm", "-f"] + options,
        errors: .descriptor(terminal.terminal))
      #expect(try process.finish().status == 0)
      let seen = terminal.text
      #expect(seen.contains("counting: ") == isShown, "\(seen)")
      #expect(seen.contains("contexts of coded text") == (options.first != "-q"))
    }
  }
}
