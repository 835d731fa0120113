import ContextMixing
import Platform
import Testing

@Suite struct ContextMixerTests {
  static let laneCounts = [1, 2, 3, 16, 64, 256]

  @Test(arguments: laneCounts, Sample.allCases)
  func decoderRepeatsEncoder(laneCount: Int, sample: Sample) throws {
    let bytes = sample.bytes
    var block = TestBlock(bytes: bytes, laneCount: laneCount)
    block.frequencies[0x20] = 1 << 22
    let payload = try block.encoded()
    block.bytes = [UInt8](repeating: 7, count: bytes.count)
    let (decoded, isExact) = try block.decoded(payload)
    #expect(decoded == bytes)
    #expect(isExact)
  }

  @Test(arguments: Mix.all)
  func everySetDecodesWhatItEncodes(mix: Mix) throws {
    for laneCount in Self.laneCounts {
      for sample in Sample.allCases {
        var block = TestBlock(
          bytes: sample.bytes, laneCount: laneCount, mix: mix)
        let bytes = block.bytes
        let payload = try block.encoded()
        block.bytes = [UInt8](repeating: 7, count: bytes.count)
        let (decoded, isExact) = try block.decoded(payload)
        #expect(decoded == bytes && isExact, "\(sample) in \(laneCount) lanes")
      }
    }
  }

  @Test(arguments: Mix.all)
  func everySetLearnsStructure(mix: Mix) throws {
    // A table whose numbers count up: nothing repeats as a whole.
    let lines = (0..<400).map { "2024-01-01;station \($0 % 7);\(1000 + 3 * $0);ok\n" }
    let block = TestBlock(
      bytes: Array(lines.joined().utf8), laneCount: 1, mix: mix)
    #expect(try block.encoded().count < block.bytes.count / 12)
  }

  @Test(arguments: 1...5)
  func tinyBlocksSurvive(count: Int) throws {
    for laneCount in 1...count {
      let block = TestBlock(bytes: Sample.random(count), laneCount: laneCount)
      #expect(try block.decoded(block.encoded()).bytes == block.bytes)
    }
  }

  @Test(arguments: [1, 16, 256])
  func anyPayloadDecodesToSomething(laneCount: Int) throws {
    let block = TestBlock(bytes: [UInt8](repeating: 0, count: 5000), laneCount: laneCount)
    for payload in [[], Sample.random(700), [UInt8](repeating: 255, count: 100)] {
      #expect(try block.decoded(payload).bytes.count == 5000)
    }
  }

  @Test(arguments: laneCounts, Sample.allCases)
  func probabilitiesAreInRange(laneCount: Int, sample: Sample) throws {
    var block = TestBlock(bytes: sample.bytes, laneCount: laneCount)
    // A network that is as sure as it can be, and wrong.
    block.frequencies[0x41] = 1 << 23
    #expect(try block.probabilities().allSatisfy { (1...(1 << 22) - 1).contains($0) })
  }

  @Test func equalBlocksHaveEqualProbabilities() throws {
    let block = TestBlock(bytes: Sample.words(20_000), laneCount: 8)
    #expect(try block.probabilities() == block.probabilities())
  }

  @Test(arguments: [1, 4, 16])
  func bytesYetToComeChangeNothing(laneCount: Int) throws {
    let block = TestBlock(bytes: Sample.words(16_000), laneCount: laneCount)
    let probabilities = try block.probabilities()
    for known in [0, 1, 777, 8000, 15_999] {
      // `known` bytes, in the order of coding, stay; all others change.
      var changed = block
      var index = 0
      block.walk { _, position, _ in
        if index >= known { changed.bytes[position] ^= 0x55 }
        index += 1
        return block.bytes[position]
      }
      let same = try changed.probabilities().prefix(8 * known + 1)
      #expect(same == probabilities.prefix(8 * known + 1))
    }
  }

  @Test(arguments: [1, 16])
  func whatRepeatsCostsNearlyNothing(laneCount: Int) throws {
    let line = Array("predictable sources teach the mixer whom to believe\n".utf8)
    let block = TestBlock(
      bytes: (0..<200_000).map { line[$0 % line.count] }, laneCount: laneCount)
    #expect(try 8 * block.encoded().count < block.bytes.count * 8 / 50)
  }

  @Test func randomBytesCostLittleMoreThanThemselves() throws {
    let block = TestBlock(bytes: Sample.random(200_000), laneCount: 16)
    #expect(try block.encoded().count < 202_000)
  }

  /// Bytes as the network expects them, and nothing else to learn.
  @Test(arguments: [200, 1000, 20_000])
  func aNetworkThatIsRightIsBelieved(count: Int) throws {
    var generator = SplitMix(state: 9)
    var block = TestBlock(bytes: [], laneCount: 1)
    for byte in 0..<256 { block.frequencies[byte] = UInt32(1) << UInt32(20 - byte % 21) }
    let total = block.frequencies.reduce(0) { $0 + UInt64($1) }
    var ideal = 0.0
    for _ in 0..<count {
      var rest = UInt64.random(in: 0..<total, using: &generator)
      var byte = 0
      while rest >= UInt64(block.frequencies[byte]) {
        rest -= UInt64(block.frequencies[byte])
        byte += 1
      }
      block.bytes.append(UInt8(byte))
      ideal -= log2(Double(block.frequencies[byte]) / Double(total))
    }
    #expect(try Double(8 * block.encoded().count) < ideal * 1.02 + 16)
  }

  /// Archives depend on every one of these probabilities: the numbers never change.
  @Test(arguments: Self.frozen)
  func probabilitiesStayWhatTheyAre(_ frozen: Frozen) throws {
    var block = TestBlock(
      bytes: Sample.words(6000) + Sample.awkward(3000), laneCount: 4, mix: frozen.mix,
      parameters: .untrained(frozen.mix, networkCount: 1, codes: try someCodes))
    block.frequencies[0x20] = 100
    let probabilities = try block.probabilities()
    let hash = probabilities.withUnsafeBytes { XXH64.hash($0) }
    #expect(hash == frozen.hash)
  }

  struct Frozen: Sendable, CustomTestStringConvertible {
    var mix: Mix
    /// XXH64 of the probabilities, as 64-bit numbers.
    var hash: UInt64
    var testDescription: String { "\(mix)" }
  }

  static let frozen = [
    Frozen(mix: Mix(.small, usesNetwork: true), hash: 16_700_927_763_934_126_943),
    Frozen(mix: Mix(.standard, usesNetwork: true), hash: 7_854_875_068_167_545_656),
    Frozen(mix: Mix(.full, usesNetwork: true), hash: 3_567_729_215_541_267_384),
    Frozen(mix: Mix(.small, usesNetwork: false), hash: 2_323_049_103_749_514_936),
    Frozen(mix: Mix(.standard, usesNetwork: false), hash: 15_422_451_509_808_809_468),
    Frozen(mix: Mix(.full, usesNetwork: false), hash: 16_596_168_247_741_064_301),
    Frozen(
      mix: Mix(.quick, usesNetwork: false, isCoded: true), hash: 14_176_504_100_741_441_444),
    Frozen(
      mix: Mix(.moderate, usesNetwork: false, isCoded: true), hash: 13_989_148_926_429_217_733),
    Frozen(mix: Mix(.broad, usesNetwork: false, isCoded: true), hash: 8_603_330_148_140_910_663),
    Frozen(mix: Mix(.quick, usesNetwork: false), hash: 6_938_038_286_737_192_995),
    Frozen(mix: Mix(.moderate, usesNetwork: false), hash: 18_169_687_952_010_743_560),
    Frozen(mix: Mix(.broad, usesNetwork: false), hash: 12_727_776_083_211_255_745),
  ]

  private static func drop(_ mixer: consuming ContextMixer) { _ = consume mixer }

  @Test(arguments: Mix.all, [1, 16, 256])
  func memoryIsWhatItSays(mix: Mix, laneCount: Int) throws {
    for byteCount in [256, 100_000, 3_000_000] {
      let layout = LaneLayout(byteCount: byteCount, laneCount: laneCount)
      let parameters = try parameters(mix)
      // Tables that all mixers share are made beforehand.
      Self.drop(ContextMixer(layout, parameters: parameters))
      let ledger = MemoryLedger()
      MemoryLedger.$current.withValue(ledger) {
        let mixer = ContextMixer(layout, parameters: parameters)
        #expect(
          ledger.byteCount == ContextMixer.memory(layout, parameters: parameters))
        Self.drop(mixer)
        #expect(ledger.byteCount == 0)
      }
    }
  }

  @Test func memoryOfLargeBlocksIsBounded() throws {
    func memory(_ set: MixSet) throws -> Int {
      let layout = LaneLayout(byteCount: 8 << 20, laneCount: 16)
      let parameters = try parameters(Mix(set, usesNetwork: true))
      return ContextMixer.memory(layout, parameters: parameters) >> 20
    }
    #expect(try memory(.small) <= 48)
    #expect(try memory(.standard) <= 100)
    #expect(try memory(.full) <= 320)
  }
}
