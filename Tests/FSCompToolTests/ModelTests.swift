import Testing

@Suite("Models")
struct ModelTests {
  let folder: TemporaryFolder
  private static let tests =
    #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
  private static let weights = tests + "/TrainingTests/Fixtures/fslstm3.safetensors"

  init() throws { folder = try TemporaryFolder() }

  private func importModel(_ name: String = "small.fsm") throws {
    let finished = try folder.fscomp(
      "model", "import", Self.weights, "-o", name, "--provenance", "a test's numbers")
    #expect(finished.status == 0)
    #expect(finished.errors.isEmpty)
  }

  @Test("Weights become a model that info describes, the same one every time")
  func importing() throws {
    try importModel()
    try importModel("other.fsm")
    let info = try folder.fscomp("model", "info", "small.fsm")
    #expect(info.status == 0)
    for part in ["small", "FS-LSTM-3", "a test's numbers", "int8"] {
      #expect(info.text.contains(part), "\(part)")
    }
    // Only the names differ.
    #expect(try folder.read("small.fsm").count == folder.read("other.fsm").count)
    let again = try folder.fscomp("model", "import", Self.weights, "-o", "small.fsm")
    #expect(again.status == 1)
    #expect(again.errors.contains("already exists"))
    let named = try folder.fscomp(
      "model", "import", Self.weights, "-o", "third.fsm", "--name", "small",
      "--provenance", "a test's numbers")
    #expect(named.status == 0)
    #expect(try folder.read("third.fsm") == folder.read("small.fsm"))
  }

  @Test("Cells other than the LSTM are named, measured, exported and compress, but are not trained")
  func otherCells() throws {
    let weights = Self.tests + "/TrainingTests/Fixtures/minimal.safetensors"
    #expect(try folder.fscomp("model", "import", weights, "-o", "m.fsm").status == 0)
    let info = try folder.fscomp("model", "info", "m.fsm")
    #expect(info.text.contains("FS-RNN-2 (fast mingru, slow minlstm): 32 fast units"))
    try folder.write("text", Sample.text)
    let measured = try folder.fscomp("eval", "m.fsm", "text")
    #expect(measured.status == 0 && measured.text.contains("fixed point"))
    let trip = try folder.shell("fscomp -m m.fsm -c text | fscomp -m m.fsm -dc | cmp - text")
    #expect(trip.status == 0)

    let exported = try folder.fscomp("model", "export", "m.fsm", "-o", "again.safetensors")
    #expect(exported.status == 0)
    #expect(
      try folder.fscomp("model", "import", "again.safetensors", "-o", "again.fsm").status == 0)
    let again = try folder.fscomp("model", "info", "again.fsm")
    #expect(again.text.contains("(fast mingru, slow minlstm)"))

    for from in ["m.fsm", weights] {
      let trained = try folder.fscomp("train", "text", "-o", "more.fsm", "--from", from)
      #expect(trained.status == 1)
      #expect(trained.errors.contains("has cells of kind mingru"))
    }
    let float = try folder.fscomp("eval", weights, "text")
    #expect(float.status == 1 && float.errors.contains("has cells of kind mingru"))
  }

  @Test("A dictionary is made of texts, shown, and used")
  func dictionary() throws {
    try folder.write("a.txt", Sample.text)
    let made = try folder.fscomp(
      "model", "dictionary", "a.txt", "-o", "a.fsm", "--words", "200")
    #expect(made.status == 0)
    #expect(made.errors.isEmpty)
    let info = try folder.fscomp("model", "info", "a.fsm")
    #expect(info.text.contains("DICT"))
    #expect(info.text.contains(" words with codes: "))
    #expect(try folder.fscomp("model", "export", "a.fsm", "-o", "a").status == 0)
    let words = try #require(String(validating: folder.read("a/dictionary.txt"), as: UTF8.self))
    #expect((1...200).contains(words.split(separator: "\n").count))
    let coded = try folder.fscomp("model", "code", "-m", "./a.fsm", "a.txt", "-o", "a.coded")
    #expect(coded.status == 0)
    #expect(try folder.read("a.coded").count < Sample.text.count)
    #expect(try folder.fscomp("-3", "-m", "./a.fsm", "a.txt").status == 0)
    let again = try folder.fscomp("-dc", "-m", "./a.fsm", "a.txt.fsc")
    #expect(again.output == Sample.text)
  }

  @Test("What is not weights is refused by name")
  func refusing() throws {
    try folder.write("a.safetensors", Sample.text)
    let finished = try folder.fscomp("model", "import", "a.safetensors", "-o", "a.fsm")
    #expect(finished.status == 1)
    #expect(finished.errors.hasPrefix("fscomp: a.safetensors: "))
    #expect(finished.errorLines.count == 1)
    #expect(folder.names == ["a.safetensors"])
  }

  @Test("An archive asks for its model by id, and takes it from -m or from the search path")
  func needing() throws {
    let vectors = Self.tests + "/FSCompTests/Vectors/1.0"
    let plain = try folder.shell("cat \(vectors)/one-lane.plain").output
    let archive = try folder.shell("cat \(vectors)/one-lane.fsc").output
    #expect(try folder.shell("cp \(vectors)/test-vectors.fsm small.fsm").status == 0)
    let without = try folder.fscomp("-d", input: .bytes(archive))
    #expect(without.status == 1)
    #expect(without.output.isEmpty)
    let info = try folder.fscomp("model", "info", "small.fsm").text
    let id = try #require(
      info.split(separator: "\n").first { $0.hasPrefix("Id:") }?.split(separator: " ").last)
    #expect(without.errors.contains(id))
    #expect(without.errors.contains("-m"))
    #expect(without.errorLines.count == 1)
    #expect(
      try folder.fscomp("-d", "-m", "small.fsm", input: .bytes(archive)).output == plain)
    let found = try folder.fscomp(
      "-d", input: .bytes(archive), environment: ["FSCOMP_MODELS": folder.path])
    #expect(found.output == plain)
    let named = try folder.fscomp(
      "-m", "small", "--lanes", "1", input: .bytes(plain), environment: ["FSCOMP_MODELS": folder.path])
    #expect(
      try folder.fscomp("-d", "-m", "small.fsm", input: .bytes(named.output)).output == plain)
  }

  @Test("info names every section, and its texts cannot steer the terminal")
  func describing() throws {
    try importModel()
    let other = try folder.fscomp(
      "model", "import", Self.weights, "-o", "other.fsm", "--name", "a\u{1B}[2Jb",
      "--training-text", "a fixture", "--licence", "free")
    #expect(other.status == 0)
    #expect(
      try folder.fscomp("model", "join", "small.fsm", "other.fsm", "-o", "both.fsm").status == 0)
    let info = try folder.fscomp("model", "info", "both.fsm")
    #expect(info.status == 0)
    let lines = info.text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("NETW") } == 2)
    #expect(lines.count { $0.hasPrefix("MIXB") } == 15)
    #expect(lines.count { $0.hasPrefix("META") } == 1)
    for part in ["an ensemble of small, a [2Jb", "a fixture", "free", "small, with the network:"] {
      #expect(info.text.contains(part), "\(part)")
    }
    #expect(!info.output.contains(0x1B))
  }

  @Test("list shows what is installed, what is shadowed and what is broken")
  func listing() throws {
    try importModel()
    try folder.write("broken.fsm", Sample.text)
    let path = "\(folder.path):\(folder.path)"
    let list = try folder.fscomp("model", "list", environment: ["FSCOMP_MODELS": path])
    #expect(list.status == 0)
    let lines = list.text.split(separator: "\n")
    let rows = lines.filter { $0.contains(folder.path + "/") }
    #expect(rows.map { $0.prefix { $0 != " " } } == ["broken", "small", "broken", "small"])
    #expect(rows[0].hasSuffix("/broken.fsm: not an fscomp model"))
    #expect(rows[1].contains("FS-LSTM-3") && rows[1].hasSuffix("/small.fsm"))
    #expect(rows[3].contains("shadowed"))
    #expect(lines[1].hasPrefix("default ") && lines[1].hasSuffix("embedded"))
    #expect(lines.count { $0 == "  \(folder.path)" } == 2)
  }

  @Test("export writes a folder of what people can read")
  func exporting() throws {
    try importModel()
    #expect(try folder.fscomp("model", "export", "small.fsm", "-o", "parts").status == 0)
    let files = try folder.shell("ls parts").text.split(separator: "\n")
    let sets = ["small", "standard", "full"].flatMap {
      [
        "mixers-\($0)-with-network.txt", "mixers-\($0)-without-network.txt",
        "mixers-\($0)-without-network-coded.txt",
      ]
    }
    let setsOfText = ["quick", "moderate", "broad"].flatMap {
      ["mixers-\($0)-without-network.txt", "mixers-\($0)-without-network-coded.txt"]
    }
    let others = [
      "dictionary.txt", "metadata.txt", "network-1.safetensors", "prior.txt",
    ]
    #expect(Set(files.map(String.init)) == Set(sets + setsOfText + others))
    let metadata = try folder.shell("cat parts/metadata.txt").text
    #expect(metadata.contains("small") && metadata.contains("a test's numbers"))
    // As many numbers as there are.
    let count = try folder.shell(
      "sed -E '/^[ -]/!d' parts/mixers-small-with-network.txt | wc -w").text
    #expect(count.trimmingPrefix { $0 == " " } == "2992\n")
    #expect(
      try folder.fscomp("model", "export", "small.fsm", "-o", "alone.safetensors").status == 0)
    #expect(
      try folder.shell("cmp alone.safetensors parts/network-1.safetensors").status == 0)
    let again = try folder.fscomp("model", "export", "small.fsm", "-o", "parts")
    #expect(again.status == 1)
    #expect(again.errors.contains("parts/metadata.txt: already exists"))
    #expect(try folder.fscomp("model", "export", "small.fsm", "-o", "parts", "-f").status == 0)
    #expect(try folder.shell("rm -r parts").status == 0)
  }

  @Test("join makes an ensemble")
  func joining() throws {
    // The embedded model's networks read coded text.
    #expect(
      try folder.fscomp("model", "import", Self.weights, "--coded-text", "-o", "small.fsm").status
        == 0)
    let two = try folder.fscomp("model", "join", "small.fsm", "default", "-o", "two.fsm")
    #expect(two.status == 0)
    #expect(two.errors.isEmpty)
    #expect(
      try folder.fscomp(
        "model", "join", "two.fsm", "small.fsm", "-o", "three.fsm", "--name", "trio"
      ).status == 0)
    let info = try folder.fscomp("model", "info", "three.fsm").text
    #expect(info.contains("trio"))
    let shapes = info.split(separator: "\n").filter { $0.hasPrefix("NETW") }
    #expect(shapes.count == 5)
    #expect(shapes[1].contains("FS-LSTM-2: 256 fast units") && shapes[4].contains("FS-LSTM-3"))
    #expect(try folder.fscomp("model", "export", "three.fsm", "-o", "parts").status == 0)
    #expect(try folder.shell("ls parts/*.safetensors | wc -l").text.contains("5"))
    #expect(try folder.shell("rm -r parts").status == 0)

    let names = folder.names
    for (arguments, error) in [
      (
        ["join", "three.fsm", "three.fsm", "three.fsm", "-o", "nine.fsm"],
        "15 networks; 8 are possible"
      ),
      (["join", "small.fsm", "-o", "one.fsm"], "two models"),
      (["join", "small.fsm", "none.fsm", "-o", "one.fsm"], "none.fsm: No such file"),
      (["join", "small.fsm", "default", "-o", "two.fsm"], "two.fsm: already exists"),
      (["export", "two.fsm", "-o", "one.safetensors"], "two.fsm: has 2 networks"),
    ] {
      let finished = try folder.start(["model"] + arguments).finish()
      #expect(finished.status == 1)
      #expect(finished.errors.contains(error), "\(finished.errors)")
    }
    #expect(folder.names == names)
  }

  @Test("import takes mixers from the embedded model, or from another")
  func mixing() throws {
    try importModel()
    #expect(
      try folder.fscomp("model", "join", "small.fsm", "small.fsm", "-o", "two.fsm").status == 0)
    for (name, mixing) in [("a", "default"), ("b", "two.fsm")] {
      #expect(
        try folder.fscomp(
          "model", "import", Self.weights, "-o", "\(name).fsm", "--name", "small",
          "--provenance", "a test's numbers", "--mixing-from", mixing
        ).status == 0)
      #expect(try folder.fscomp("model", "export", "\(name).fsm", "-o", name).status == 0)
    }
    #expect(try folder.fscomp("model", "export", "two.fsm", "-o", "two").status == 0)
    #expect(try folder.read("a.fsm") == folder.read("small.fsm"))
    let text = "mixers-standard-with-network.txt"
    #expect(try folder.shell("cmp b/\(text) two/\(text)").status == 0)
    #expect(try folder.shell("cmp b/\(text) a/\(text)").status == 1)
    #expect(try folder.shell("rm -r a b two").status == 0)
    let missing = try folder.fscomp(
      "model", "import", Self.weights, "-o", "c.fsm", "--mixing-from", "none.fsm")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("none.fsm"))
  }

  @Test("eval compares a model with its weights")
  func evaluating() throws {
    try importModel()
    try folder.write("text", Array(Sample.text.prefix(640)))
    let finished = try folder.fscomp(
      "eval", "small.fsm", "text", "--lanes", "4", "--float", Self.weights)
    #expect(finished.status == 0)
    let lines = finished.text.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == ["fixed", "floating", "difference"])
    #expect(lines[0].contains("over 640 bytes in 4 lanes"))
    let tooFew = try folder.fscomp("eval", "default", "text", "--lanes", "200", "--bytes", "100")
    #expect(tooFew.status == 1)
  }
}
