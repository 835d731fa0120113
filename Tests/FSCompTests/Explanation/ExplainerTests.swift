import ContextMixing
import FSComp
import TestSupport
import Testing

@Suite struct ExplainerTests {
  private func explain(
    _ plain: [UInt8], level: Int = 6, attributes: Bool = false, sample: Int? = nil,
    blockSize: Int? = nil
  ) throws -> ExplainedInput {
    var options = CompressionOptions(level: try #require(CompressionLevel(level)))
    options.blockSize = blockSize
    let compressor = Compressor(model: try ModelStore.defaultModel, options: options)
    var source = ArraySource(plain)
    return try Explainer(attributes: attributes).explain(
      from: &source, by: compressor, sample: BlockSample(bytes: sample, of: plain.count))
  }

  private func archive(_ plain: [UInt8], level: Int, blockSize: Int? = nil) throws -> [UInt8] {
    var options = CompressionOptions(level: try #require(CompressionLevel(level)))
    options.blockSize = blockSize
    return Compressor(model: try ModelStore.defaultModel, options: options).compress(plain)
  }

  private func explain(archive: [UInt8], attributes: Bool = false) throws -> ExplainedInput {
    try Explainer(attributes: attributes).explain(
      archive: ArraySource(archive), models: ModelStore(searchPath: []),
      options: DecompressionOptions(), sampleBytes: nil)
  }

  /// Blocks as an archive lists them.
  private func blocks(_ archive: [UInt8]) throws -> [Int] {
    try listing(archive).frames.flatMap(\.blocks).map(\.codedSize)
  }

  @Test(arguments: [1, 2, 3, 6])
  func costsAddUpToThePayload(level: Int) throws {
    let plain = Array(try prose().prefix(60_000))
    let explained = try explain(plain, level: level)
    let archive = try archive(plain, level: level)
    #expect(explained.blocks.count == 1)
    let block = explained.blocks[0].cost
    #expect(block.plain == plain)
    #expect(block.costs.count == plain.count)
    // Within a thousandth, and no header of a block is so large.
    let payload = Double(block.payloadSize) * 8
    let bits = Double(block.total) / Double(CodeCost.bit)
    #expect((bits - payload).magnitude < payload / 1000 + 16)
    let coded = try blocks(archive)[0]
    #expect((coded - 24..<coded).contains(block.payloadSize))
    // What the archive has is the same, byte for byte.
    let decoded = try explain(archive: archive).blocks[0].cost
    #expect(decoded.plain == plain)
    #expect(decoded.costs == block.costs)
    #expect(decoded.payloadSize == block.payloadSize)
    #expect(decoded.method == block.method && decoded.textSize == block.textSize)
  }

  @Test func manyBlocksAreExplainedAsTheyAreCut() throws {
    let plain = Array(try prose().prefix(30_000))
    let explained = try explain(plain, level: 1, blockSize: 4096)
    #expect(explained.isComplete && explained.blockCount == 8)
    #expect(explained.blocks.flatMap(\.cost.plain) == plain)
    var newlines = 0
    for block in explained.blocks {
      #expect(block.newlinesBefore == newlines)
      newlines += block.cost.plain.count { $0 == 10 }
    }
    let archive = try archive(plain, level: 1, blockSize: 4096)
    let decoded = try explain(archive: archive)
    #expect(decoded.blocks.map(\.cost.costs) == explained.blocks.map(\.cost.costs))
    #expect(decoded.blocks.map(\.plainOffset) == explained.blocks.map(\.plainOffset))
    #expect(decoded.blocks.map(\.newlinesBefore) == explained.blocks.map(\.newlinesBefore))
    #expect(decoded.archiveSize == archive.count)
    #expect(decoded.modelNames.count == 1)
  }

  @Test func aSampleHasTheFirstBlockAndOthersFarApart() throws {
    let plain = Array(try prose().prefix(80_000))
    let explained = try explain(plain, level: 1, sample: 16_000, blockSize: 4000)
    #expect(!explained.isComplete)
    #expect(explained.plainSize == plain.count && explained.blockCount == 20)
    #expect(explained.blocks.map(\.number) == [0, 5, 10, 15])
    for block in explained.blocks {
      #expect(block.plainOffset == block.number * 4000)
      #expect(block.cost.plain[...] == plain[block.plainOffset...].prefix(4000))
      #expect(
        block.newlinesBefore == plain.prefix(block.plainOffset).count { $0 == 10 })
    }
    // Of a stream whose end nobody knows, the beginning.
    var source = ArraySource(plain)
    let compressor = Compressor(
      model: try ModelStore.defaultModel,
      options: CompressionOptions(level: try #require(CompressionLevel(1)), blockSize: 4000))
    let stream = try Explainer(attributes: false).explain(
      from: &source, by: compressor, sample: BlockSample(bytes: 9000, of: nil))
    #expect(stream.blocks.map(\.number) == [0, 1, 2] && stream.hasMore && !stream.isComplete)
  }

  @Test func whatDoesNotGetSmallerCostsWhatItIs() throws {
    var generator = SplitMix64(seed: 3)
    let noise = generator.bytes(5000)
    let block = try explain(noise, attributes: true).blocks[0].cost
    #expect(block.method == .stored && block.parts == nil)
    #expect(block.costs.allSatisfy { $0 == 8 << CodeCost.unitBits })
    let archive = try archive(noise, level: 6)
    #expect(try explain(archive: archive).blocks[0].cost.costs == block.costs)
    #expect(try explain([]).blocks.isEmpty)
  }

  @Test(arguments: [1, 3, 6])
  func savingsAndTheCodeAddUpToThePlainBytes(level: Int) throws {
    let plain = Array(try prose().prefix(20_000))
    let block = try explain(plain, level: level, attributes: true).blocks[0].cost
    let parts = try #require(block.parts)
    #expect(
      Int64(plain.count) * 8 * CodeCost.bit - parts.dictionary - parts.saved.reduce(0, +)
        == block.total)
    // English prose is what the dictionary and the prior know, and the network.
    let networks = parts.saved[MixedPart.networks.rawValue]
    if block.textSize != nil {
      let known = max(parts.prior, networks)
      #expect(parts.dictionary > 0 && parts.prior >= 0 && known > block.total / 50)
    } else {
      #expect(parts.dictionary == 0 && parts.prior == 0 && networks > block.total / 4)
    }
    #expect(level >= 4 || networks == 0 && block.textSize != nil)
    // The rest is small, and nobody alone is as good as all together.
    #expect(parts.saved[MixedPart.rest.rawValue].magnitude < block.total / 10)
    for part in [MixedPart.lastBytes, .words, .networks] where parts.saved[part.rawValue] != 0 {
      #expect(parts.alone[part.rawValue] > block.total)
    }
    // Asking changes nothing.
    #expect(try explain(plain, level: level).blocks[0].cost.costs == block.costs)
  }

  @Test(arguments: [1, 6])
  func aRepeatCostsItsPlaceInTheList(level: Int) throws {
    let first = Array(try prose().prefix(12_000))
    let plain = first + Array("What was there before:".utf8) + first + first.prefix(300)
    let block = try explain(plain, level: level, attributes: true).blocks[0].cost
    #expect(block.restSize == first.count + 22 + 300)
    #expect(block.plain == plain && block.costs.count == plain.count)
    let start = first.count + 22
    // Three numbers of two bytes.
    let shared = block.costs[start..<start + first.count]
    #expect(shared.reduce(0) { $0 + Int64($1) } == 48 * CodeCost.bit)
    #expect(shared.max()! - shared.min()! <= 1)
    let parts = try #require(block.parts)
    #expect(parts.repeats == Int64(8 * (first.count - 6)) * CodeCost.bit)
    #expect(
      Int64(plain.count) * 8 * CodeCost.bit - parts.repeats - parts.dictionary
        - parts.saved.reduce(0, +) == block.total)
    let bits = Double(block.total) / Double(CodeCost.bit)
    #expect((bits - Double(block.payloadSize) * 8).magnitude < 64)
    let decoded = try explain(archive: archive(plain, level: level)).blocks[0].cost
    #expect(decoded.plain == plain && decoded.costs == block.costs)
    #expect(decoded.restSize == block.restSize && decoded.payloadSize == block.payloadSize)
  }

  @Test func damageIsAnError() throws {
    var archive = try archive(Array(try prose().prefix(20_000)), level: 1)
    archive[archive.count / 2] ^= 1
    #expect(throws: ArchiveError.self) { try explain(archive: archive) }
  }
}
