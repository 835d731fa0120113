import Testing

@Suite("--salvage")
struct SalvageTests {
  let folder: TemporaryFolder
  let content = Sample.noise(4_096)

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeArchive("a.fsc", of: content, "--block-size", "1K")
  }

  /// Where a block starts in the archive.
  private func offset(ofBlock index: Int) throws -> Int {
    let rows = try folder.fscomp("list", "-v", "a.fsc").text.split(separator: "\n")
    let row = try #require(rows.last { $0.split(separator: " ")[1] == "\(index)" })
    return try #require(Int(row.split(separator: " ")[2]))
  }

  @Test("A damaged block loses only itself")
  func oneBlock() throws {
    var archive = try folder.read("a.fsc")
    let offset = try offset(ofBlock: 2)
    archive[offset + 500] ^= 0x10
    try folder.write("a.fsc", archive)

    let strict = try folder.fscomp("-d", "a.fsc")
    #expect(strict.status == 1)
    #expect(strict.errorLines.count == 1)
    #expect(folder.names == ["a.fsc"])

    for arguments in [["-d", "--salvage", "a.fsc"], ["decompress", "--salvage", "-f", "a.fsc"]] {
      let salvaged = try folder.start(arguments).finish()
      #expect(salvaged.status == 2)
      #expect(salvaged.errorLines.count == 1)
      #expect(salvaged.errors.hasPrefix("fscomp: a.fsc: lost: archive bytes "))
      #expect(try folder.read("a") == Array(content[..<1024]) + content[2048...])
    }
    // With no stderr the output must not take its place.
    let closed = try folder.fscomp(
      "-df", "--salvage", "a.fsc", output: .closed, errors: .closed)
    #expect(closed.status == 2)
    #expect(try folder.read("a") == Array(content[..<1024]) + content[2048...])

    let stream = try folder.fscomp("-d", "--salvage", input: .bytes(archive))
    #expect(stream.status == 2)
    #expect(stream.output.count == 3_072)
  }

  @Test("An intact archive loses nothing")
  func intact() throws {
    let finished = try folder.fscomp("-d", "--salvage", "a.fsc")
    #expect(finished.status == 0)
    #expect(finished.errors.isEmpty)
    #expect(try folder.read("a") == content)
  }

  @Test("A truncated archive gives what came before")
  func truncated() throws {
    let offset = try offset(ofBlock: 4)
    try folder.write("a.fsc", Array(folder.read("a.fsc").prefix(offset + 100)))
    let finished = try folder.fscomp("-d", "--salvage", "a.fsc")
    #expect(finished.status == 2)
    #expect(!finished.errors.isEmpty)
    #expect(try folder.read("a") == Array(content[..<3072]))
  }

  @Test("If nothing can be recovered there is no output")
  func hopeless() throws {
    try folder.write("b.fsc", Sample.text)
    let finished = try folder.fscomp("-d", "--salvage", "b.fsc")
    #expect(finished.status == 1)
    #expect(finished.errorLines.last?.hasPrefix("fscomp: b.fsc: ") == true)
    #expect(folder.names == ["a.fsc", "b.fsc"])
  }
}
