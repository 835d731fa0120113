import Testing

@Suite("-vv")
struct BlockReportTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let sentences = (0..<4).flatMap { _ in Sample.text }.prefix(4096)
    try folder.write("a", Array(sentences) + Sample.noise(4096))
  }

  /// What is said of blocks, without the name of the file.
  private func blocks(_ finished: Finished, _ name: String) -> [String] {
    finished.errorLines.filter { $0.hasPrefix("fscomp: \(name): block ") }
      .map { String($0.dropFirst("fscomp: \(name): ".count)) }
  }

  private let options = ["-vv", "--block-size", "4096"]

  @Test(
    "Says of each block what was chosen, and how small it is",
    arguments: [
      (["--network", "on", "--lanes", "4"], "contexts and network, set standard, 4 lanes"),
      (["--network", "off"], "contexts, set full, 1 lane"),
      (["-1"], "contexts, set quick, 1 lane"),
      (["-9", "--network", "off"], "contexts, set full, 1 lane"),
    ])
  func compression(choice: [String], method: String) throws {
    let finished = try folder.start(options + choice + ["a"]).finish()
    #expect(finished.status == 0)
    let rows = try folder.fscomp("list", "-v", "a.fsc").text.split(separator: "\n")
      .map { $0.split(separator: " ") }
    let row = try #require(rows.first { $0.starts(with: ["1", "1", "15"]) })
    // All but the first sentence.
    let (coded, repeated) = (row[5], row[9])
    #expect(repeated == "4031")
    let lines = blocks(finished, "a")
    #expect(lines.count == 2)
    let line = "block 1: \(method), 4,031 bytes in repeats, 4,096 => \(coded) bytes ("
    #expect(lines.first?.hasPrefix(line) == true)
    #expect(lines.last == "block 2: stored, 4,096 => 4,105 bytes (8.018 bits/byte)")
    for command in ["-dc", "-t"] {
      #expect(try blocks(folder.fscomp(command, "-vv", "a.fsc"), "a.fsc") == lines)
    }
  }

  @Test("Blocks that an earlier run has left are told of, too")
  func resumed() throws {
    let lines = (0..<3000).flatMap { Array("line \($0) of \($0 * 7919 % 1009), and so on; ".utf8) }
    try folder.write("b", lines)
    let options = ["-1", "--block-size", "2K", "b"]
    let whole = try blocks(folder.start(["-vv", "-c"] + options).finish(), "b")
    #expect(whole.count == (lines.count + 2047) / 2048)
    let command = "fscomp --resume \(options.joined(separator: " "))"
    #expect(try folder.shell("ulimit -f 8; exec \(command)").status == 1)
    let finished = try folder.start(["-vv"] + options).finish()
    #expect(finished.errors.contains(", going on after "))
    #expect(blocks(finished, "b") == whole)
  }

  @Test("Ends with processor time and peak memory")
  func usage() throws {
    for command in [["-c"], ["-c", "-1"]] {
      let finished = try folder.start(options + command + ["a"]).finish()
      let line = try #require(finished.errorLines.last)
      let usage = try #require(
        line.wholeMatch(of: /fscomp: processor time (\d+\.\d+) s, peak memory (\d+)(\.\d+)? MiB/))
      #expect(usage.2 != "0")
    }
  }

  @Test("-v says nothing of it")
  func quiet() throws {
    let finished = try folder.fscomp("-v", "-c", "a")
    #expect(finished.errorLines.count == 1)
    #expect(!finished.errors.contains("block 1"))
    #expect(!finished.errors.contains("peak memory"))
  }
}
