import ContextMixing
import FSComp
import Model
import Repeats
import TestSupport
import Testing

/// Blocks that have long repeats.
@Suite struct BlockRepeatsTests {
  /// Text of which the first 5000 bytes come again.
  private let copied = 5000
  private var repeated: [UInt8] {
    let first = text(copied)
    return first + text(700, seed: 2) + first + text(300, seed: 3)
  }

  private func encode(
    _ plain: [UInt8], network: CompressionOptions.NetworkUse = .never, lanes: Int? = nil
  ) throws -> EncodedBlock {
    BlockEncoder(
      model: try ModelStore.defaultModel, settings: .init(lanes: lanes, set: .small, network: network)
    ).encode(PlainBlock(plain), monitor: WorkMonitor())
  }

  private func decode(_ block: EncodedBlock) throws -> [UInt8]? {
    BlockDecoder.decode(
      block.payload, header: block.header, model: try ModelStore.defaultModel,
      monitor: WorkMonitor())
  }

  @Test(arguments: [CompressionOptions.NetworkUse.never, .always], [1, 4])
  func textIsCodedWithoutThem(network: CompressionOptions.NetworkUse, lanes: Int) throws {
    let plain = repeated
    let block = try encode(plain, network: network, lanes: lanes)
    #expect(block.header.method.lanes == lanes)
    #expect(block.header.restSize == plain.count - copied)
    let textSize = try #require(block.header.textSize)
    #expect(textSize < plain.count - copied && block.header.symbolCount == textSize)
    #expect(try decode(block) == plain)
    #expect(Answer(BlockHeader.parse(block.header.encoded.span)) == .value(block.header, block.header.byteCount))
  }

  @Test func otherBytesAreCodedWithoutThem() throws {
    var generator = SplitMix64(seed: 1)
    let digits = (0..<6000).map { _ in UInt8(ascii: "0") + UInt8(generator.next() % 10) }
    let block = try encode(digits + [0] + digits)
    #expect(block.header.textSize == nil && block.header.restSize == 6001)
    #expect(try decode(block) == digits + [0] + digits)
    let once = try encode(digits + [0])
    #expect(once.header.restSize == nil)
    #expect(block.header.codedSize < once.header.codedSize + 16)
  }

  @Test(arguments: [10_000, 1 << 20])
  func aRunIsOneByteAndAList(count: Int) throws {
    let plain = [UInt8](repeating: 0, count: count)
    let block = try encode(plain)
    #expect(block.header.restSize == 1 && block.header.codedSize < 32)
    #expect(try decode(block) == plain)
  }

  /// What a block of noise has twice is worth coding it, if it is much.
  @Test func noiseIsCodedForLongRepeatsAlone() throws {
    var generator = SplitMix64(seed: 2)
    let noise = generator.bytes(20_000)
    let twice = try encode(noise + noise)
    #expect(twice.header.restSize == noise.count && twice.header.codedSize < noise.count + 1000)
    #expect(try decode(twice) == noise + noise)
    let more = noise + generator.bytes(100_000) + noise.prefix(copied)
    #expect(try encode(more).header.method == .stored)
  }

  /// Checks of the headers are right, and list or sizes say something else.
  @Test func otherListsAndSizesAreRefused() throws {
    let plain = repeated
    let block = try encode(plain)
    let restSize = try #require(block.header.restSize)
    let listSize = try RepeatDecoder(plainSize: plain.count, restSize: restSize)
      .listSize(in: block.payload)
    #expect(listSize == 6)
    for index in 0..<listSize {
      for bit in 0..<8 {
        var other = block
        other.payload[index] ^= 1 << bit
        #expect(try decode(other) == nil)
      }
    }
    for change in [-1, 1] {
      var other = block
      other.header.plainSize += change
      #expect(try decode(other) == nil)
      other = block
      other.header.restSize = restSize + change
      #expect(try decode(other) == nil)
      other.header.plainSize += change
      #expect(try decode(other) == nil)
    }
    var other = block
    other.payload.removeFirst(listSize)
    other.header.payloadSize -= listSize
    #expect(try decode(other) == nil)
    other.header.restSize = nil
    #expect(try decode(other) == nil)
  }

  @Test func whatADecoderTakesIsCounted() throws {
    let model = try ModelStore.defaultModel
    let header = try encode(repeated).header
    let restSize = try #require(header.restSize)
    // That of a block of the rest alone, and its plain bytes.
    var ofRest = header
    (ofRest.plainSize, ofRest.restSize) = (restSize, nil)
    #expect(
      BlockDecoder.memoryNeeded(for: header, model: model)
        == BlockDecoder.memoryNeeded(for: ofRest, model: model) + header.plainSize)
  }

  @Test func archivesListThem() throws {
    var plain = repeated
    plain += plain
    let archive = try compress(plain, blockSize: plain.count / 2)
    #expect(try decompress(archive) == plain)
    #expect(try listing(archive).frames[0].blocks.map(\.repeatedSize) == [copied, copied])
    let indexed = try ArchiveListing(of: ArraySource(archive), withBlocks: true)
    #expect(indexed.frames[0].blocks.map(\.repeatedSize) == [copied, copied])
    #expect(
      try ArchiveListing(of: ArraySource(archive)).frames[0].blocks.map(\.repeatedSize) == [nil, nil])
  }
}
