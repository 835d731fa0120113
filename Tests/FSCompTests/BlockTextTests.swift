import ContextMixing
import FSComp
import Model
import TestSupport
import Testing

/// Blocks that are coded in words.
@Suite struct BlockTextTests {
  private func model(
    _ dictionary: WordDictionary?, networks: Int = 0
  ) throws -> FSComp.Model {
    let file = try ModelFile(
      dictionary: dictionary, metadata: ModelMetadata(name: "words"),
      networks: (0..<networks).map { try .random(seed: UInt64($0)) },
      beginnings: Mix.all.filter {
        (networks > 0 || !$0.usesNetwork) && (dictionary != nil || !$0.isCoded)
      }.map {
        try InitialParameters.untrained(
          $0, networkCount: $0.usesNetwork ? networks : 0, codes: dictionary?.layout
        ).beginnings(of: $0)
      })
    return try Model(bytes: file.serialized())
  }

  private func encode(
    _ plain: [UInt8], _ model: FSComp.Model, network: CompressionOptions.NetworkUse = .never
  ) -> EncodedBlock {
    BlockEncoder(model: model, settings: .init(set: .small, network: network))
      .encode(PlainBlock(plain), monitor: WorkMonitor())
  }

  private func decode(_ block: EncodedBlock, _ model: FSComp.Model?) -> [UInt8]? {
    BlockDecoder.decode(
      block.payload, header: block.header, model: model, monitor: WorkMonitor())
  }

  @Test(arguments: [64, 1000, 70_000])
  func textIsCodedInWords(size: Int) throws {
    let model = try model(.small())
    let plain = text(size)
    let block = encode(plain, model)
    let textSize = try #require(block.header.textSize)
    #expect(textSize < size)
    #expect(block.header.layout.byteCount == textSize)
    #expect(decode(block, model) == plain)
    let without = encode(plain, try self.model(nil))
    #expect(without.header.textSize == nil)
    #expect(block.header.codedSize < without.header.codedSize)
  }

  @Test func otherBytesAreNot() throws {
    let model = try model(.small())
    var generator = SplitMix64(seed: 1)
    let digits = (0..<5000).map { _ in UInt8(ascii: "0") + UInt8(generator.next() % 10) }
    let lower = generator.bytes(2000).map { $0 & 31 }
    for plain in [digits, lower, Array("the the the the".utf8)] {
      let block = encode(plain, model)
      #expect(block.header.textSize == nil)
      #expect(decode(block, model) == plain)
    }
  }

  /// A sample shows that a dictionary does not help where records are what matters.
  @Test func nothingIsLargerForIt() throws {
    let (with, without) = (try model(.small()), try model(nil))
    var generator = SplitMix64(seed: 2)
    let rows = (0..<4000).flatMap { row in
      Array("\(row),the,\(generator.next() % 100),of\n".utf8)
    }
    for size in [100, 1000, rows.count] {
      let plain = Array(rows.prefix(size))
      #expect(
        encode(plain, with).header.codedSize <= encode(plain, without).header.codedSize + 2)
    }
  }

  @Test func networksSeeWhatTheyHaveBeenTrainedOn() throws {
    let plain = text(3000)
    for isRead in [false, true] {
      let model = try model(.small(isReadByNetworks: isRead), networks: 1)
      #expect(model.networksReadCodedText == isRead)
      let block = encode(plain, model, network: .always)
      #expect(block.header.method.mix?.usesNetwork == true)
      #expect((block.header.textSize != nil) == isRead)
      #expect(decode(block, model) == plain)
      #expect(encode(plain, model).header.textSize != nil)
    }
  }

  /// An archive may claim what its model has not.
  @Test func aBlockThatAsksForAMissingDictionaryIsRefused() throws {
    let (with, without) = (try model(.small()), try model(nil))
    let block = encode(text(1000), with)
    #expect(decode(block, without) == nil)
    #expect(
      BlockDecoder.memoryNeeded(for: block.header, model: without)
        == 1000 + (block.header.textSize ?? 0) + block.payload.count)
    var store = ModelStore(searchPath: [])
    store.add(without)
    let archive =
      FrameHeader(isSingle: true, modelID: without.id).encoded + block.header.encoded
      + block.payload
    let error = #expect(throws: ArchiveError.self) {
      try Decompressor(models: store).decompress(archive)
    }
    guard case .modelUnusable(let reason)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("no dictionary"))
  }

  /// Checks of the headers are right, and the payload says something else.
  @Test func otherSizesAndPayloadsAreRefused() throws {
    let model = try model(.small())
    let plain = text(1000)
    let block = encode(plain, model)
    let textSize = try #require(block.header.textSize)
    for change in [-1, 1] {
      var other = block
      other.header.plainSize += change
      #expect(decode(other, model) == nil)
      other = block
      other.header.textSize = textSize + change
      #expect(decode(other, model) == nil)
    }
    for index in block.payload.indices {
      var other = block
      other.payload[index] ^= 1 << (index % 8)
      #expect(decode(other, model) == nil)
    }
  }

  @Test func whatADecoderTakesIsCounted() throws {
    let model = try model(.small())
    let block = encode(text(70_000), model)
    var plain = block.header
    plain.textSize = nil
    let textSize = try #require(block.header.textSize)
    let layout = { (count: Int) in LaneLayout(byteCount: count, laneCount: 1) }
    func mixer(_ count: Int, isCoded: Bool) throws -> Int {
      let code = try #require(model.code(Mix(.small, usesNetwork: false, isCoded: isCoded)))
      return ContextMixer.memory(layout(count), parameters: code.parameters)
    }
    plain.method = .mixed(lanes: 1, mix: Mix(.small, usesNetwork: false))
    let taken = BlockDecoder.memoryNeeded(for: block.header, model: model)
    let takenByPlain = BlockDecoder.memoryNeeded(for: plain, model: model)
    #expect(
      try taken - mixer(textSize, isCoded: true)
        == takenByPlain - mixer(70_000, isCoded: false) + textSize)
  }

  @Test(arguments: [(100, 0), (1 << 16, 10), (1 << 17, 20), (5 << 20, 70)])
  func largeBlocksAskForMore(byteCount: Int, perMille: Int) {
    #expect(TextProbe.perMilleToSave(byteCount: byteCount) == Int64(perMille))
  }
}
