import Testing

@Suite("Blocks that are not where they belong")
struct BlockOrderTests {
  let folder: TemporaryFolder
  private let plain = Sample.noise(4_096)

  /// The second and the third of four blocks have changed places.
  init() throws {
    folder = try TemporaryFolder()
    try folder.writeArchive("a.fsc", of: plain, "--block-size", "1K")
    let archive = try folder.read("a.fsc")
    let rows = try folder.fscomp("list", "-v", "a.fsc").text.split(separator: "\n")
    let starts = try (1...4).map { number in
      let row = try #require(rows.last { $0.split(separator: " ")[1] == "\(number)" })
      return try #require(Int(row.split(separator: " ")[2]))
    }
    let swapped =
      archive[..<starts[1]] + archive[starts[2]..<starts[3]] + archive[starts[1]..<starts[2]]
      + archive[starts[3]...]
    try folder.write("a.fsc", Array(swapped))
  }

  @Test("A file is not written", arguments: ["-T1", "-T3"])
  func file(threads: String) throws {
    let finished = try folder.fscomp("-d", threads, "a.fsc")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.contains("index"))
    #expect(folder.names == ["a.fsc"])
  }

  @Test("A pipe gets them, and the status tells")
  func pipe() throws {
    let finished = try folder.fscomp("-d", input: .bytes(folder.read("a.fsc")))
    #expect(finished.status == 1)
    #expect(finished.output.count == plain.count)
    #expect(finished.errors.contains("index"))
  }

  @Test("A test fails")
  func test() throws {
    #expect(try folder.fscomp("test", "a.fsc").status == 1)
    #expect(try folder.fscomp("-t", input: .bytes(folder.read("a.fsc"))).status == 1)
  }

  @Test("A range is read where its blocks are in their places, and nowhere else")
  func range() throws {
    let good = try folder.fscomp("cat", "--range", "0+100", "a.fsc")
    #expect(good.status == 0)
    #expect(good.output == Array(plain[..<100]))
    for start in [1024, 2048] {
      let bad = try folder.fscomp("cat", "--range", "\(start)+100", "a.fsc")
      #expect(bad.status == 1)
      #expect(bad.output.isEmpty)
    }
  }

  @Test("Salvage restores them and reports a loss")
  func salvage() throws {
    let finished = try folder.fscomp("-d", "--salvage", "a.fsc")
    #expect(finished.status == 2)
    #expect(try folder.read("a").count == plain.count)
  }
}
