import ContextMixing
import FSComp
import Platform
import TestSupport
import Testing

/// Salvaging takes work in proportion to the archive, even if someone made it to take more.
@Suite struct SalvageWorkTests {
  private func frameHeader() throws -> [UInt8] {
    FrameHeader(isSingle: false, modelID: try ModelStore.defaultModel.id).encoded
  }

  private func storedHeader(_ plainSize: Int, check: Int) -> BlockHeader {
    BlockHeader(
      method: .stored, plainSize: plainSize, payloadSize: plainSize,
      contentCheck: UInt32(truncatingIfNeeded: check))
  }

  private func mixedHeader(_ plainSize: Int, payloadSize: Int, check: Int) -> BlockHeader {
    BlockHeader(
      method: .mixed(lanes: 1, mix: Mix(.small, usesNetwork: false)), plainSize: plainSize,
      payloadSize: payloadSize, contentCheck: UInt32(truncatingIfNeeded: check))
  }

  private func salvage(_ archive: [UInt8]) throws -> (plain: [UInt8], report: SalvageReport) {
    var (source, sink) = (ArraySource(archive), ArraySink())
    let report = try decompressor().salvage(from: &source, to: &sink)
    return (sink.bytes, report)
  }

  /// In vain, and what is found counts once more for itself.
  private func bytesAllowed(_ archive: [UInt8]) -> Int {
    (SalvageWork.bytesPerByte + 4) * archive.count
  }

  /// Every sixth byte begins what may be an index of twelve million blocks, up to the end.
  @Test(arguments: [10_000, 20_000, 40_000])
  func whatLooksLikeIndexes(count: Int) throws {
    let unit: [UInt8] = [0x05, 0x05, 0x00, 0xFF, 0xFF, 0xFF]
    let archive = try frameHeader() + (0..<count / 6).flatMap { _ in unit }
    let work = try salvage(archive).report.work
    #expect(work.bytes <= bytesAllowed(archive))
    // It does look into them.
    #expect(work.bytes > 10 * archive.count)
  }

  /// Each header promises a block that has those behind it for its content.
  @Test(arguments: [20_000, 80_000])
  func headersWithinBlocks(count: Int) throws {
    let number = count / 12
    let headers = (0..<number).flatMap { storedHeader(count / 2, check: $0).encoded }
    let archive = try frameHeader() + headers
    let work = try salvage(archive).report.work
    // All are seen whose block the archive has room for.
    #expect(work.headers > number / 3)
    #expect(work.bytes <= bytesAllowed(archive))
  }

  /// More than any payload of that size can hold is no header.
  @Test func impossiblePromises() throws {
    for payloadSize in [0, 1, 100] {
      let most = BlockLimits.maximumSymbolCount(payloadSize: payloadSize)
      let possible = mixedHeader(most, payloadSize: payloadSize, check: 1).encoded
      guard case .value = BlockHeader.parse(possible.span) else {
        Issue.record("\(payloadSize)")
        continue
      }
      let impossible = mixedHeader(most + 1, payloadSize: payloadSize, check: 1).encoded
      guard case .invalid = BlockHeader.parse(impossible.span) else {
        Issue.record("\(payloadSize)")
        continue
      }
    }
    let archive = try frameHeader()
      + (0..<500).flatMap { mixedHeader(1 << 24, payloadSize: 0, check: $0).encoded }
    let work = try salvage(archive).report.work
    #expect(work.headers == 0)
    #expect(work.plainBytes == 0)
  }

  /// What a block can hold at most, one behind the other, without it.
  @Test func possiblePromises() throws {
    let size = BlockLimits.maximumSymbolCount(payloadSize: 0)
    let archive = try frameHeader()
      + (0..<300).flatMap { mixedHeader(size, payloadSize: 0, check: $0).encoded }
    let (plain, report) = try salvage(archive)
    #expect(plain.isEmpty)
    #expect(report.work.headers == 300)
    #expect(report.lost.count == 301)
    // The last block that may be decoded may take as much as it promises.
    #expect(report.work.plainBytes <= SalvageWork.plainBytesPerByte * archive.count + size + 1 << 14)
  }

  /// The bound is that of the arithmetic coder: what repeats without end comes near it.
  @Test func whatCanBeCodedIsWithinTheBound() throws {
    let plain = [UInt8](repeating: 0x61, count: 400_000)
    let archive = try compress(plain, blockSize: plain.count, network: .never)
    let block = try #require(try listing(archive).frames[0].blocks.first)
    #expect(block.method == .contexts)
    let most = BlockLimits.maximumSymbolCount(payloadSize: block.codedSize - 20)
    #expect(plain.count < most && most < 100 * plain.count)
    #expect(try decompress(archive) == plain)
  }

  /// Where most is damaged, all that is not comes back: no bound is met by accident.
  @Test func heavyDamageIsFarFromTheBounds() throws {
    let plain = text(40_000)
    var archive = try compress(plain, blockSize: 400, network: .never)
    let blocks = try listing(archive).frames[0].blocks
    for (number, block) in blocks.enumerated() where number % 10 != 9 {
      archive[block.offset + block.codedSize - 3] ^= 0x55
    }
    let (restored, report) = try salvage(archive)
    #expect(report.lost.count == 90)
    let intact = stride(from: 9, to: 100, by: 10).flatMap { plain[400 * $0..<400 * ($0 + 1)] }
    #expect(restored == intact)
    #expect(report.work.plainBytes < 20 * archive.count)
  }

  /// Between intact blocks others are gone, many times, and the index tells of all.
  @Test func manyGaps() throws {
    let count = 30_000
    let byte: [UInt8] = [0x78]
    let intact = BlockHeader(
      method: .stored, plainSize: 1, payloadSize: 1, contentCheck: Checksum.check32(byte.span))
    let block = intact.encoded + byte
    var archive = try frameHeader()
    var index = FrameIndex()
    for number in 0..<count {
      archive += block + [UInt8](repeating: 0xEE, count: block.count)
      index.append(IndexEntry(intact))
      index.append(IndexEntry(storedHeader(1, check: number)))
    }
    let (plain, report) = try salvage(archive + index.encoded)
    #expect(plain.count == count)
    #expect(report.lost.count == count)
    #expect(report.lost.allSatisfy { $0.plainSize == 1 })
    #expect(report.lost.map(\.plainOffset) == (0..<count).map { 2 * $0 + 1 })
    #expect(report.work.bytes < 4 * (archive.count + index.byteCount))
  }
}
