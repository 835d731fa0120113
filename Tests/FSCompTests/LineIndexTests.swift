import FSComp
import TestSupport
import Testing

/// Remembers where it was read.
private final class RecordingSource: RandomAccessSource {
  private let source: ArraySource
  private(set) var reads: [Range<Int>] = []

  init(_ bytes: [UInt8]) { source = ArraySource(bytes) }

  var size: Int { source.size }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = source.read(at: offset, into: buffer)
    reads.append(offset..<offset + count)
    return count
  }

  /// How many bytes were read within a stretch.
  func byteCount(in stretch: Range<Int>) -> Int {
    reads.reduce(0) { $0 + $1.clamped(to: stretch).count }
  }

  func forget() { reads = [] }
}

@Suite struct LineIndexTests {
  /// Lines of all lengths, some longer than a block; the last one has no newline.
  private let plain: [UInt8]

  init() {
    var generator = SplitMix64(seed: 11)
    var bytes = text(20_000)
    var position = 0
    while position < bytes.count {
      bytes[position] = 0x0A
      let length = Int(generator.next() % 60)
      position += generator.next() % 40 == 0 ? 2500 : length + 1
    }
    bytes.append(0x61)
    plain = bytes
  }

  private func indexed(
    _ plain: [UInt8], threads: Int = 1, blocksPerFrame: Int = 1 << 24
  ) throws -> [UInt8] {
    var options = CompressionOptions()
    options.blockSize = 1000
    options.network = .never
    options.threads = threads
    options.indexesLines = true
    return Compressor(
      model: try ModelStore.defaultModel, options: options, blocksPerFrame: blocksPerFrame
    ).compress(plain)
  }

  /// Lines, counted from 0, with their newlines.
  private func lines(_ range: Range<Int>, of plain: [UInt8]) -> [UInt8] {
    var line = 0
    return plain.filter { byte in
      defer { if byte == 0x0A { line += 1 } }
      return range.contains(line)
    }
  }

  private func newlines(_ bytes: some Sequence<UInt8>) -> Int { bytes.count { $0 == 0x0A } }

  @Test(arguments: [0, 1, 2, 254, 255, 256, 1000, 70_000])
  func newlinesAreCounted(byteCount: Int) {
    var generator = SplitMix64(seed: UInt64(byteCount))
    let bytes = (0..<byteCount).map { _ in UInt8(generator.next() % 3 + 9) }
    #expect(bytes.span.newlineCount == newlines(bytes))
    #expect([UInt8](repeating: 0x0A, count: byteCount).span.newlineCount == byteCount)
  }

  @Test func anIndexedArchiveDecodesAsAnyOther() throws {
    for plain in [plain, [], Array("one line\n".utf8)] {
      let archive = try indexed(plain)
      #expect(try decompress(archive, threads: 3) == plain)
      #expect(try indexed(plain, threads: 3) == archive)
      let listing = try listing(archive)
      #expect(listing.frames.map(\.newlines) == [newlines(plain)])
      #expect(try ArchiveListing(of: ArraySource(archive)).frames.map(\.newlines)
        == [newlines(plain)])
    }
    let unindexed = try compress(plain, blockSize: 1000)
    #expect(try listing(unindexed).frames.map(\.newlines) == [nil])
    // Four bytes for each block.
    var options = CompressionOptions()
    options.blockSize = 1000
    options.network = .never
    let other = Compressor(model: try ModelStore.defaultModel, options: options).compress(plain)
    #expect(try indexed(plain).count - other.count == 4 * 21)
  }

  @Test func theMapKnowsWhichBlocksHoldLines() throws {
    let concatenated = try indexed(Array(plain[..<7300])) + indexed(Array(plain[7300...]))
    for archive in [try indexed(plain), try indexed(plain, blocksPerFrame: 6), concatenated] {
      let map = try ArchiveMap(of: ArraySource(archive))
      #expect(map.countsLines)
      let total = newlines(plain)
      for first in stride(from: 0, through: total + 2, by: 7) {
        for count in [1, 3, 60] {
          let (bytes, before) = map.plainBytes(holdingLines: first..<first + count)
          #expect(newlines(plain[..<bytes.lowerBound]) == before)
          let found = lines(first - before..<first + count - before, of: Array(plain[bytes]))
          #expect(found == lines(first..<first + count, of: plain))
          // No block too many on either side.
          let inner = map.blocks.filter { bytes.contains($0.plainOffset) }.dropFirst().dropLast()
          for block in inner {
            let start = newlines(plain[..<block.plainOffset])
            #expect(start >= first && start < first + count)
          }
        }
      }
    }
  }

  @Test func onlyTheBlocksThatHoldTheLinesAreRead() throws {
    let archive = try indexed(plain)
    let source = RecordingSource(archive)
    var options = DecompressionOptions()
    options.threads = 4
    let reader = try RandomAccessReader(
      source, models: ModelStore(searchPath: []), options: options)
    let map = reader.map
    source.forget()
    // Lines that begin and end in the eighth block.
    let first = newlines(plain[..<map.blocks[8].plainOffset]) - 3
    let (bytes, _) = map.plainBytes(holdingLines: first..<first + 2)
    _ = try reader.read(bytes)
    let touched = map.blocks.indices.filter {
      let block = map.blocks[$0]
      return source.byteCount(in: block.offset..<block.offset + block.codedSize) > 0
    }
    #expect(touched == [7])
  }

  @Test func linesAreFoundByNumber() throws {
    let head = try compress(Array(plain[..<5000]), blockSize: 1000, network: .never)
    let archives = [
      (try indexed(plain), plain),
      (try compress(plain, blockSize: 1000, network: .never), plain),
      (
        try indexed(Array(plain[..<3000])) + head + indexed(plain),
        plain[..<3000] + plain[..<5000] + plain
      ),
      (try indexed([]), []), (try indexed(Array("no newline".utf8)), Array("no newline".utf8)),
    ]
    for (archive, whole) in archives {
      let reader = try RandomAccessReader(
        ArraySource(archive), models: ModelStore(searchPath: []))
      let total = newlines(whole)
      for first in [0, 1, total / 3, total - 1, total, total + 1, .max - 1] where first >= 0 {
        for end in [first, first + 1, first.addingReportingOverflow(50).partialValue, .max]
        where end >= first {
          let bytes = try reader.plainBytes(ofLines: first..<end)
          #expect(Array(whole[bytes]) == lines(first..<end, of: Array(whole)))
        }
      }
    }
  }

  @Test func findingLinesReadsTheBlocksOfTheirEndsOnly() throws {
    let source = RecordingSource(try indexed(plain))
    let reader = try RandomAccessReader(source, models: ModelStore(searchPath: []))
    let blocks = reader.map.blocks
    source.forget()
    // From within the fourth block to within the ninth.
    let first = newlines(plain[..<blocks[4].plainOffset]) - 1
    let end = newlines(plain[..<blocks[9].plainOffset]) - 1
    let bytes = try reader.plainBytes(ofLines: first..<end)
    #expect(bytes.count > 4000)
    let touched = blocks.indices.filter {
      source.byteCount(in: blocks[$0].offset..<blocks[$0].offset + blocks[$0].codedSize) > 0
    }
    #expect(touched == [3, 8])
  }

  @Test func framesWithoutCountsAreReadToFindLinesBehindThem() throws {
    let head = try compress(Array(plain[..<5000]), blockSize: 1000)
    let archive = try indexed(Array(plain[..<3000])) + head + indexed(plain)
    let whole = Array(plain[..<3000] + plain[..<5000] + plain)
    let map = try ArchiveMap(of: ArraySource(archive))
    #expect(map.frames.map(\.countsLines) == [true, false, true])
    let inFront = map.plainBytes(holdingLines: 0..<2)
    #expect(inFront.bytes.upperBound <= 2000)
    let last = newlines(whole) - 1
    let behind = map.plainBytes(holdingLines: last..<last + 1)
    #expect(behind.bytes == 2000..<whole.count || behind.bytes == 3000..<whole.count)
    #expect(newlines(whole[..<behind.bytes.lowerBound]) == behind.newlinesBefore)
  }

  @Test func countsThatAreNotThoseOfTheBlocksAreAnError() throws {
    var archive = try indexed(plain)
    let index = archive.count - 8 - 4 * 21
    archive[index + 8] ^= 1  // The third block's.
    // Its check is right all the same.
    let size = Array(archive.suffix(4))
    let start = archive.count - Int(size.span.littleEndian(at: 0) as UInt32)
    let body = Array(archive[start..<archive.count - 8])
    archive.removeLast(8)
    archive.appendLittleEndian(Checksum.check32(body.span))
    archive += size
    #expect {
      _ = try decompress(archive)
    } throws: { error in
      (error as? ArchiveError)?.kind == .indexMismatch && (error as? ArchiveError)?.block == 3
    }
    // So it is when lines are looked for in that block, and in it alone.
    let reader = try RandomAccessReader(ArraySource(archive), models: ModelStore(searchPath: []))
    let before = newlines(plain[..<2000])
    #expect(try reader.plainBytes(ofLines: 0..<before).upperBound <= 2000)
    #expect {
      _ = try reader.plainBytes(ofLines: before..<before + 1)
    } throws: { error in
      (error as? ArchiveError)?.kind == .indexMismatch && (error as? ArchiveError)?.block == 3
    }
    // What is only damaged is found by the check.
    var damaged = try indexed(plain)
    damaged[index + 8] ^= 1
    #expect {
      _ = try decompress(damaged)
    } throws: { error in
      (error as? ArchiveError)?.kind == .indexMismatch
    }
    // Such an index can be done without, as any other.
    let map = try ArchiveMap(of: ArraySource(damaged))
    #expect(map.plainSize == plain.count)
    #expect(!map.countsLines)
  }

  @Test func anIndexOfTheOtherKindIsAnError() throws {
    for indexes in [true, false] {
      var archive = try indexes ? indexed(plain) : compress(plain, blockSize: 1000)
      archive[4] ^= 2
      archive.replaceSubrange(13..<15, with: [])
      let header = Array(archive[..<13])
      var check: [UInt8] = []
      check.appendLittleEndian(Checksum.check16(header.span))
      archive.insert(contentsOf: check, at: 13)
      #expect(throws: ArchiveError.self) { try decompress(archive) }
      #expect(throws: ArchiveError.self) { try listing(archive) }
    }
  }

  @Test func salvageTakesTheIndexForWhatItIs() throws {
    let archive = try indexed(plain)
    let blocks = try listing(archive).frames[0].blocks
    func salvage(_ bytes: [UInt8]) throws -> (plain: [UInt8], report: SalvageReport) {
      var source = ArraySource(bytes)
      var sink = ArraySink()
      let report = try decompressor().salvage(from: &source, to: &sink)
      return (sink.bytes, report)
    }
    #expect(try salvage(archive + archive).report.lost == [])
    // The index says what was in a block whose header is damaged.
    var damaged = archive
    damaged[blocks[4].offset] ^= 0x21
    let salvaged = try salvage(damaged)
    #expect(salvaged.report.lost.map(\.plainOffset) == [4000])
    #expect(salvaged.report.lost.map(\.plainSize) == [1000])
    #expect(salvaged.plain == Array(plain[..<4000] + plain[5000...]))
    // In a damaged index there are no plain bytes.
    damaged = archive
    damaged[damaged.count - 30] ^= 1
    #expect(try salvage(damaged + archive).report.lost.map(\.plainSize) == [0])
  }
}
