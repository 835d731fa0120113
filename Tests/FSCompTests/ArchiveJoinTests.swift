import FSComp
import TestSupport
import Testing

@Suite("Archives that become one") struct ArchiveJoinTests {
  private func joined(_ archives: [[UInt8]]) throws -> [UInt8] {
    var sink = ArraySink()
    let total = try ArchiveJoin(archives.map(ArraySource.init)).write(to: &sink)
    #expect(total.archiveBytes == sink.bytes.count)
    #expect(total.plainBytes == (try decompress(sink.bytes)).count)
    return sink.bytes
  }

  @Test("Parts of whole blocks are what one compression makes")
  func wholeBlocks() throws {
    let plain = text(5300)
    let parts = try [0..<1000, 1000..<3500, 3500..<5300].map {
      try compress(Array(plain[$0]), blockSize: 500)
    }
    #expect(try joined(parts) == compress(plain, blockSize: 500))
    #expect(try joined([parts[0] + parts[1], parts[2]]) == compress(plain, blockSize: 500))
  }

  @Test("One block is a frame of its own kind, and nothing one without blocks")
  func fewBlocks() throws {
    let (single, empty) = (try compress(text(100)), try compress([]))
    #expect(try joined([single]) == single)
    #expect(try joined([empty, single, empty]) == single)
    #expect(try joined([empty, empty]) == empty)
    let plain = try decompress(try joined([single, single]))
    #expect(plain == text(100) + text(100))
  }

  @Test("Another model is another frame")
  func models() throws {
    let vectors = "Tests/FSCompTests/Vectors/1.0"
    let other = try contents(ofRepositoryFile: "\(vectors)/mixed-small.fsc")
    var sink = ArraySink()
    let single = try compress(text(100))
    _ = try ArchiveJoin([single, other, single].map(ArraySource.init)).write(to: &sink)
    #expect(try listing(sink.bytes).frames.count == 3)
  }

  private func indexed(_ plain: [UInt8]) throws -> [UInt8] {
    let options = CompressionOptions(blockSize: 500, network: .never, indexesLines: true)
    return Compressor(model: try ModelStore.defaultModel, options: options).compress(plain)
  }

  @Test("Lines stay counted, also those of a single block")
  func lines() throws {
    let plain = text(5300)
    let parts = [0..<1000, 1000..<3500, 3500..<5300].map { Array(plain[$0]) }
    let archive = try joined(parts.map(indexed))
    #expect(try archive == indexed(plain))
    #expect(try listing(archive).frames.map(\.newlines) == [plain.count { $0 == 0x0A }])
    #expect(try joined([indexed(parts[0]), indexed([])]) == indexed(parts[0]))
    let short = try indexed(text(100))
    #expect(try joined([short]) == short)
  }

  @Test("Blocks with and without counts of lines are in frames of their own")
  func someLines() throws {
    let plain = text(1500)
    let (counted, other) = (try indexed(plain), try compress(plain, blockSize: 500))
    let archive = try joined([counted, indexed(plain), other, compress(text(50)), counted])
    #expect(try decompress(archive) == plain + plain + plain + text(50) + plain)
    let frames = try ArchiveMap(of: ArraySource(archive)).frames
    #expect(frames.map(\.countsLines) == [true, false, true])
    #expect(frames.map(\.blocks.count) == [6, 4, 3])
    // One whose counts are damaged has none.
    var damaged = counted
    damaged[damaged.count - 9] ^= 1
    let withoutCounts = try joined([damaged, counted])
    #expect(try decompress(withoutCounts) == plain + plain)
    #expect(
      try ArchiveMap(of: ArraySource(withoutCounts)).frames.map(\.countsLines) == [false, true])
  }

  @Test("What is no archive is an error")
  func damage() throws {
    #expect(throws: ArchiveError.self) { try ArchiveJoin([ArraySource(text(50))]) }
  }
}
