import Platform
import Testing

@Suite("list and model info")
struct ListTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeArchive("a.fsc", of: Sample.text)
    try folder.writeArchive("b.fsc", of: Sample.noise(5_000), "--block-size", "2000")
  }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: " ").map(String.init)
    }
  }

  @Test("A line for each archive and one for their sum", arguments: ["list", "-l", "--list"])
  func table(form: String) throws {
    let finished = try folder.fscomp(form, "a.fsc", "b.fsc")
    #expect(finished.status == 0)
    let rows = rows(finished.text)
    #expect(rows.count == 5)
    #expect(
      rows[0] == [
        "Frames", "Blocks", "Compressed", "Uncompressed", "Ratio", "Bits/byte", "Model",
        "Name",
      ])
    let sizes = try [folder.read("a.fsc").count, folder.read("b.fsc").count]
    #expect(rows[1][0...1] == ["1", "1"])
    #expect(rows[1][2...3] == ["\(sizes[0])", "\(Sample.text.count)"])
    #expect(rows[1].last == "a.fsc")
    #expect(rows[2][0...1] == ["1", "3"])
    #expect(rows[2][2...3] == ["\(sizes[1])", "5000"])
    #expect(rows[3][0...3] == ["2", "4", "\(sizes[0] + sizes[1])", "\(Sample.text.count + 5000)"])
    #expect(finished.text.split(separator: "\n")[3].hasSuffix("2 files"))
  }

  @Test("Columns are aligned")
  func alignment() throws {
    let lines = try folder.fscomp("list", "a.fsc", "b.fsc").text.split(separator: "\n")
    let end = try #require(lines[0].firstRange(of: "Uncompressed")?.upperBound)
    let column = lines[0].distance(from: lines[0].startIndex, to: end)
    #expect(lines[1].prefix(column).hasSuffix(" \(Sample.text.count)"))
    #expect(lines[2].prefix(column).hasSuffix(" 5000"))
  }

  @Test("-v shows every block")
  func blocks() throws {
    for arguments in [["list", "-v", "b.fsc"], ["-lv", "b.fsc"]] {
      let finished = try folder.start(arguments).finish()
      let rows = rows(finished.text)
      #expect(rows[3] == ["b.fsc:"])
      #expect(rows[4][0...2] == ["Frame", "Block", "Offset"])
      #expect(rows[5...7].map { $0[1] } == ["1", "2", "3"])
      #expect(rows[5...7].map { $0[6] } == ["2000", "1500", "1500"])
      #expect(rows[5...7].map { $0[9] } == ["0", "0", "0"])
      let offsets = rows[5...7].compactMap { Int($0[2]) }
      let sizes = rows[5...7].compactMap { Int($0[5]) }
      #expect(offsets[0] + sizes[0] == offsets[1])
      #expect(offsets[1] + sizes[1] == offsets[2])
    }
  }

  @Test("Of a file the index is read, and no block")
  func reads() throws {
    try folder.writeArchive("c.fsc", of: Sample.noise(3_000_000), "--block-size", "100K")
    guard access("/usr/bin/strace", X_OK) == 0 else { return }
    let traced = try folder.shell(
      "strace -f -e trace=read,pread64 -o log fscomp list c.fsc && grep -c pread64 log")
    if traced.status != 0 { return }  // Tracing is not allowed everywhere.
    let log = try folder.read("log")
    let counts = String(decoding: log, as: UTF8.self).split(separator: "\n")
      .filter { $0.contains("pread64(") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(!counts.isEmpty)
    #expect(counts.reduce(0, +) < 100_000)
  }

  @Test("As JSON")
  func json() throws {
    let size = try folder.read("a.fsc").count
    let finished = try folder.fscomp("list", "--json", "a.fsc")
    #expect(
      finished.text == "[{\"name\":\"a.fsc\",\"frames\":1,\"blocks\":1,\"compressed\":\(size),"
        + "\"uncompressed\":\(Sample.text.count),\"models\":[\"general-coded-10m\"]}]\n")
    let blocks = try folder.fscomp("list", "--json", "-v", "b.fsc").text
    #expect(blocks.contains("\"uncompressedOffset\":3500,\"uncompressed\":1500,"))
    #expect(blocks.contains("\"repeats\":0,\"method\":\"stored\",\"lanes\":1}"))
    #expect(try folder.fscomp("list", "--json", "none").text == "[]\n")
  }

  @Test("From standard input, and of several frames")
  func stream() throws {
    let both = try folder.read("a.fsc") + folder.read("b.fsc")
    let rows = try rows(folder.fscomp("list", input: .bytes(both)).text)
    #expect(rows[1][0...1] == ["2", "4"])
    #expect(rows[1][2] == "\(both.count)")
  }

  @Test("An archive that is none does not keep the others from being listed")
  func errors() throws {
    try folder.write("c.fsc", Sample.text)
    let finished = try folder.fscomp("list", "c.fsc", "a.fsc")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.hasPrefix("fscomp: c.fsc: "))
    #expect(finished.text.contains("a.fsc"))
  }

  @Test("The embedded model describes itself")
  func model() throws {
    let finished = try folder.fscomp("model", "info")
    #expect(finished.status == 0)
    for name in [
      "Name:", "Id:", "Size:", "Work, standard:", "Provenance:", "Training text:", "Licence:", "META", "MIXB",
      "NETW", "parameters", "Weights:",
    ] {
      #expect(finished.text.contains(name))
    }
    #expect(try folder.fscomp("model", "info", "default").text == finished.text)
    // The id is that of the archives it writes and of the version.
    let id = try #require(
      finished.text.split(separator: "\n").first { $0.hasPrefix("Id:") }?.split(separator: " ").last
    )
    #expect(id.count == 16)
    #expect(try folder.fscomp("--version", "-v").text.contains(id))
    let missing = try folder.fscomp("model", "info", "none.fsm")
    #expect(missing.status == 1)
    #expect(missing.errors == "fscomp: none.fsm: No such file or directory\n")
  }
}
