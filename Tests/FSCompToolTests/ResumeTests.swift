import Platform
import Testing

@Suite("Work that was cut short")
struct ResumeTests {
  let folder: TemporaryFolder
  /// Enough for a hundred blocks.
  private let plain: [UInt8]
  private static let options = ["-1", "--block-size", "2K", "-T2"]

  init() throws {
    folder = try TemporaryFolder()
    plain = (0..<3000).flatMap { Array("line \($0) of \($0 * 7919 % 1009), and so on; ".utf8) }
    try folder.write("a", plain)
  }

  private var partial: String? { folder.names.first { $0.hasSuffix(".tmp") } }

  private func partialSize() throws -> Int {
    try partial.map { Int(try folder.status($0).st_size) } ?? 0
  }

  /// Starts the command again and again, each time until it has written a little more, and kills
  /// it. Returns how often it was killed.
  private func killRepeatedly(
    _ arguments: [String], target: String, growth: Int
  ) throws -> Int {
    var kills = 0
    var goal = growth
    while !folder.names.contains(target) {
      let process = try folder.start(arguments)
      try waitUntil("growth") {
        try folder.names.contains(target) || partialSize() >= goal
      }
      process.send(SIGKILL)
      _ = try process.finish()
      kills += 1
      goal = try partialSize() + growth
    }
    return kills
  }

  @Test("Compression that is killed goes on, and comes out the same")
  func compression() throws {
    let whole = try folder.start(["-c"] + Self.options + ["a"]).finish().output
    let kills = try killRepeatedly(Self.options + ["a"], target: "a.fsc", growth: whole.count / 12)
    #expect(kills >= 5)
    #expect(try folder.read("a.fsc") == whole)
    #expect(folder.names == ["a", "a.fsc"])
  }

  @Test("With an index of lines, too")
  func indexOfLines() throws {
    let text = plain.map { $0 == UInt8(ascii: ";") ? 0x0A : $0 }
    try folder.write("a", text)
    let options = Self.options + ["--index", "lines"]
    let whole = try folder.start(["-c"] + options + ["a"]).finish().output
    let kills = try killRepeatedly(options + ["a"], target: "a.fsc", growth: whole.count / 6)
    #expect(kills >= 3)
    #expect(try folder.read("a.fsc") == whole)
    #expect(try folder.fscomp("cat", "--lines", "2901", "a.fsc").text.hasPrefix(" line 2900 of"))
  }

  @Test("So does decompression")
  func decompression() throws {
    try folder.writeArchive("b.fsc", of: plain, "-1", "--block-size", "2K")
    let kills = try killRepeatedly(["-d", "-T2", "b.fsc"], target: "b", growth: plain.count / 12)
    #expect(kills >= 5)
    #expect(try folder.read("b") == plain)
    #expect(folder.names == ["a", "b", "b.fsc"])
  }

  /// Leaves half of an output behind.
  private func leavePartial(_ arguments: [String], size: Int) throws {
    let process = try folder.start(arguments)
    try waitUntil("the partial file") { try partialSize() >= size }
    process.send(SIGKILL)
    _ = try process.finish()
    _ = try #require(partial)
  }

  @Test("-v says from where; --no-resume begins at the beginning")
  func told() throws {
    let whole = try folder.start(["-c"] + Self.options + ["a"]).finish().output
    try leavePartial(Self.options + ["a"], size: 3000)
    let again = try folder.start(["-v"] + Self.options + ["a"]).finish()
    #expect(again.errors.contains(", going on after "))
    #expect(try folder.read("a.fsc") == whole)
    unlink(folder.path(of: "a.fsc"))
    try leavePartial(Self.options + ["a"], size: 3000)
    let anew = try folder.start(["-v", "--no-resume"] + Self.options + ["a"]).finish()
    #expect(!anew.errors.contains("going on"))
    #expect(try folder.read("a.fsc") == whole)
    #expect(folder.names == ["a", "a.fsc"])
  }

  @Test("What was made of another input or otherwise is not gone on with")
  func changes() throws {
    try leavePartial(Self.options + ["a"], size: 3000)
    var other = plain
    other[1000] ^= 1
    try folder.write("b", other)
    // Of the same size and time: the content tells.
    #expect(try folder.shell("touch -r a b && mv b a").status == 0)
    #expect(try folder.start(Self.options + ["a"]).finish().status == 0)
    #expect(try folder.fscomp("-dc", "a.fsc").output == other)
    unlink(folder.path(of: "a.fsc"))

    try leavePartial(Self.options + ["a"], size: 3000)
    let otherwise = try folder.fscomp("-v", "-2", "a")
    #expect(!otherwise.errors.contains("going on"))
    #expect(try folder.fscomp("-dc", "a.fsc").output == other)
  }

  @Test("A partial file of any content does no harm", arguments: [0, 1, 14, 15, 20, 2000, 5000])
  func damaged(cut: Int) throws {
    let whole = try folder.start(["-c"] + Self.options + ["a"]).finish().output
    try leavePartial(Self.options + ["a"], size: 3000)
    let name = try #require(partial)
    try folder.write(name, Array(whole.prefix(cut)) + Sample.noise(100))
    #expect(try folder.start(Self.options + ["a"]).finish().status == 0)
    #expect(try folder.fscomp("-dc", "a.fsc").output == plain)
    #expect(try folder.read("a.fsc") == whole)
  }

  @Test("With --resume a full disk and an interrupt leave what was written, too")
  func failures() throws {
    let whole = try folder.start(["-c"] + Self.options + ["a"]).finish().output
    let command = "fscomp --resume \(Self.options.joined(separator: " ")) a"
    let full = try folder.shell("ulimit -f 8; exec \(command)")
    #expect(full.status == 1)
    #expect(full.errors == "fscomp: a.fsc: File too large\n")
    #expect(try partialSize() > 0)

    let size = try partialSize()
    let process = try folder.start(["--resume"] + Self.options + ["a"])
    try waitUntil("growth") { try partialSize() > size + 1000 }
    process.send(SIGTERM)
    #expect(try process.finish().signal == SIGTERM)
    #expect(try partialSize() > size)

    let last = try folder.shell(command + " -v")
    #expect(last.errors.contains(", going on after "))
    #expect(try folder.read("a.fsc") == whole)
    #expect(folder.names == ["a", "a.fsc"])
  }

  @Test("Nobody else's file is taken for one's own")
  func foreignFile() throws {
    try leavePartial(Self.options + ["a"], size: 3000)
    let name = try #require(partial)
    for plant in [
      "chmod 644 \(name)", "ln \(name) second", "mv \(name) other && ln -s other \(name)",
    ] {
      #expect(try folder.shell(plant).status == 0)
      let finished = try folder.start(["-fv"] + Self.options + ["a"]).finish()
      #expect(finished.status == 0)
      #expect(!finished.errors.contains("going on"))
      #expect(folder.names.contains(name))
      #expect(try folder.shell("rm -f second; chmod 600 \(name)").status == 0)
    }
  }
}
