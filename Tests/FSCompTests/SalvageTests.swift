import FSComp
import Testing
import TestSupport

@Suite struct SalvageTests {
  private struct Salvaged {
    var plain: [UInt8]
    var report: SalvageReport
  }

  private func salvage(_ archive: [UInt8], memoryLimit: Int? = nil) throws -> Salvaged {
    var source = ArraySource(archive)
    var sink = ArraySink()
    let report = try decompressor(memoryLimit: memoryLimit).salvage(from: &source, to: &sink)
    #expect(report.recoveredBytes == sink.bytes.count)
    return Salvaged(plain: sink.bytes, report: report)
  }

  private let plain = text(300)
  /// Six blocks of 50 bytes.
  private func archive() throws -> (bytes: [UInt8], blocks: [ArchiveListing.Block]) {
    let bytes = try compress(plain, blockSize: 50, lanes: 2)
    return (bytes, try listing(bytes).frames[0].blocks)
  }

  /// `plain` without its blocks number `lost`.
  private func without(_ lost: Set<Int>) -> [UInt8] {
    (0..<6).filter { !lost.contains($0) }.flatMap { plain[50 * $0..<50 * $0 + 50] }
  }

  private func end(_ block: ArchiveListing.Block) -> Int { block.offset + block.codedSize }

  @Test func nothingIsLostFromAnIntactArchive() throws {
    let archive = try archive().bytes
    for intact in [archive, try compress([]), try compress(text(20)), archive + archive] {
      let salvaged = try salvage(intact)
      #expect(salvaged.report.lost == [])
      #expect(try salvaged.plain == decompress(intact))
    }
    // Zeros fill up an archive; before anything else they are damage.
    let padded = archive + [UInt8](repeating: 0, count: 600)
    #expect(try salvage(padded).report.lost == [])
    #expect(try salvage(padded + archive).report.lost.count == 1)
    let lost = try salvage(padded + [1]).report.lost.map(\.archive)
    #expect(lost == [archive.count..<padded.count + 1])
  }

  @Test(arguments: 0..<6)
  func aDamagedPayloadCostsItsBlock(number: Int) throws {
    var (bytes, blocks) = try archive()
    bytes[end(blocks[number]) - 2] ^= 0x10
    let salvaged = try salvage(bytes)
    #expect(salvaged.plain == without([number]))
    #expect(
      salvaged.report.lost == [
        LostRange(
          archive: blocks[number].offset..<end(blocks[number]), plainOffset: 50 * number,
          plainSize: blocks[number].plainSize, reason: .contentMismatch)
      ])
  }

  @Test(arguments: 0..<6)
  func aDamagedHeaderCostsItsBlock(number: Int) throws {
    let (bytes, blocks) = try archive()
    for position in 0..<9 {
      var damaged = bytes
      damaged[blocks[number].offset + position] ^= 0x21
      let salvaged = try salvage(damaged)
      #expect(salvaged.plain == without([number]))
      // The index knows what is missing.
      #expect(
        salvaged.report.lost == [
          LostRange(
            archive: blocks[number].offset..<end(blocks[number]), plainOffset: 50 * number,
            plainSize: blocks[number].plainSize, reason: .blockHeaderDamaged)
        ])
    }
  }

  @Test func damagedHeadersInARow() throws {
    var (bytes, blocks) = try archive()
    for number in [1, 3, 4] { bytes[blocks[number].offset + 4] ^= 1 }
    let salvaged = try salvage(bytes)
    #expect(salvaged.plain == without([1, 3, 4]))
    #expect(
      salvaged.report.lost.map(\.archive) == [
        blocks[1].offset..<end(blocks[1]), blocks[3].offset..<end(blocks[4]),
      ])
    #expect(salvaged.report.lost.map(\.plainOffset) == [50, 150])
    #expect(salvaged.report.lost.map(\.plainSize) == [50, 100])
  }

  @Test func aDamagedFrameHeaderCostsNothing() throws {
    let (bytes, _) = try archive()
    let single = try compress(text(40))
    for position in 0..<15 {
      for (archive, expected) in [
        (bytes, plain), (single, text(40)), (single + bytes, text(40) + plain),
      ] {
        var damaged = archive
        damaged[position] ^= 0x40
        let salvaged = try salvage(damaged)
        #expect(salvaged.plain == expected)
        #expect(salvaged.report.lost.map(\.archive) == [0..<15])
        #expect(salvaged.report.lost.map(\.plainSize) == [0])
      }
      var damaged = single + bytes
      damaged[single.count + position] ^= 0x40
      let salvaged = try salvage(damaged)
      #expect(salvaged.plain == text(40) + plain)
      #expect(salvaged.report.lost.map(\.archive) == [single.count..<single.count + 15])
    }
  }

  @Test func aDamagedIndexCostsNothing() throws {
    let (bytes, blocks) = try archive()
    let index = end(blocks[5])..<bytes.count
    for position in index {
      var damaged = bytes + bytes
      damaged[position] ^= 0x04
      let salvaged = try salvage(damaged)
      #expect(salvaged.plain == plain + plain)
      #expect(salvaged.report.lost.map(\.archive) == [index])
      #expect(salvaged.report.lost.map(\.plainSize) == [0])
    }
  }

  @Test func truncation() throws {
    let (bytes, blocks) = try archive()
    for length in 1..<bytes.count {
      let salvaged = try salvage(Array(bytes.prefix(length)))
      let intact = blocks.filter { end($0) <= length }.count
      #expect(salvaged.plain == Array(plain.prefix(50 * intact)))
      let lost = try #require(salvaged.report.lost.first)
      #expect(salvaged.report.lost.count == 1)
      let lastEnd = intact > 0 ? end(blocks[intact - 1]) : length < 15 ? 0 : 15
      #expect(lost.archive == lastEnd..<length)
      #expect(lost.reason == .truncated)
      #expect(lost.plainOffset == 50 * intact || intact == 6)
    }
  }

  @Test func garbageAroundFrames() throws {
    var generator = SplitMix64(seed: 1)
    let (bytes, _) = try archive()
    let garbage = generator.bytes(500)
    let salvaged = try salvage(garbage + bytes + garbage + bytes + garbage)
    #expect(salvaged.plain == plain + plain)
    #expect(salvaged.report.lost.map(\.archive.count) == [500, 500, 500])
    #expect(try salvage(garbage).report.lost.map(\.archive) == [0..<500])
  }

  /// Every block that the damage does not touch comes back, in order.
  @Test func untouchedBlocksComeBack() throws {
    var generator = SplitMix64(seed: 2)
    let (bytes, blocks) = try archive()
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        let hole = start..<min(bytes.count, start + Int.random(in: 1...40, using: &generator))
        damaged.replaceSubrange(hole, with: generator.bytes(hole.count))
      }
      // A hole of one byte may be filled with the same byte.
      let touched = Set(
        blocks.indices.filter { number in
          let place = blocks[number].offset..<end(blocks[number])
          return damaged[place] != bytes[place]
        })
      let salvaged = try salvage(damaged)
      #expect(salvaged.plain == without(touched))
      #expect(!salvaged.report.lost.isEmpty || damaged == bytes)
    }
  }

  /// As above, with bytes missing or added.
  @Test func untouchedBlocksComeBackFromOtherPlaces() throws {
    var generator = SplitMix64(seed: 3)
    let (bytes, blocks) = try archive()
    for round in 0..<60 {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      let size = Int.random(in: 1...30, using: &generator)
      var damaged = bytes
      var hole = position..<min(bytes.count, position + size)
      if round % 2 == 0 {
        damaged.removeSubrange(hole)
      } else {
        damaged.insert(contentsOf: generator.bytes(size), at: position)
        hole = position..<position + 1
      }
      var touched: Set<Int> = []
      for (number, block) in blocks.enumerated()
      where round % 2 == 0
        ? hole.overlaps(block.offset..<end(block))
        : block.offset < position && position < end(block)
      { touched.insert(number) }
      let salvaged = try salvage(damaged)
      #expect(salvaged.plain == without(touched))
      #expect(!salvaged.report.lost.isEmpty)
    }
  }

  @Test func blocksBeyondTheMemoryLimitAreLost() throws {
    let small = try compress(text(30))
    let large = try compress(text(60_000), network: .never)
    let block = Answer(BlockHeader.parse(Array(large[FrameHeader.byteCount...]).span))
    guard case .value(let header, _) = block else {
      Issue.record("\(block)")
      return
    }
    let need = BlockDecoder.memoryNeeded(for: header, model: try ModelStore.defaultModel)
    let salvaged = try salvage(small + large + small, memoryLimit: need - 1)
    #expect(salvaged.plain == text(30) + text(30))
    let lost = try #require(salvaged.report.lost.first)
    #expect(salvaged.report.lost.count == 1)
    guard case .memoryLimit = lost.reason else {
      Issue.record("\(lost)")
      return
    }
  }

  @Test func aMissingModelIsAnError() throws {
    let header = FrameHeader(isSingle: true, modelID: ModelID(rawValue: 1)).encoded
    let archive = header + (try compress(text(40)))[15...]
    #expect(throws: ArchiveError.self) { try salvage(archive) }
  }

  @Test func errorsOfTheStreamsComeThrough() throws {
    let bytes = try archive().bytes
    #expect(throws: StreamFailure()) {
      var source = FailingSource(bytes)
      var sink = ArraySink()
      _ = try decompressor().salvage(from: &source, to: &sink)
    }
    #expect(throws: StreamFailure()) {
      var source = ArraySource(bytes)
      var sink = FailingSink(remaining: 120)
      _ = try decompressor().salvage(from: &source, to: &sink)
    }
  }
}
