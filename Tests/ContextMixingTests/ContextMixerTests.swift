import ContextMixing
import Platform
import Testing

@Suite struct ContextMixerTests {
  static let laneCounts = [1, 2, 3, 16, 64, 256]

  @Test(arguments: laneCounts, Sample.allCases)
  func decoderRepeatsEncoder(laneCount: Int, sample: Sample) {
    let bytes = sample.bytes
    var block = TestBlock(bytes: bytes, laneCount: laneCount)
    block.frequencies[0x20] = 1 << 22
    let payload = block.encoded()
    block.bytes = [UInt8](repeating: 7, count: bytes.count)
    let (decoded, isExact) = block.decoded(payload)
    #expect(decoded == bytes)
    #expect(isExact)
  }

  @Test(arguments: ModelSet.allCases, [true, false])
  func everySetDecodesWhatItEncodes(models: ModelSet, usesNetwork: Bool) {
    for laneCount in Self.laneCounts {
      for sample in Sample.allCases {
        var block = TestBlock(
          bytes: sample.bytes, laneCount: laneCount, models: models, usesNetwork: usesNetwork)
        let bytes = block.bytes
        let payload = block.encoded()
        block.bytes = [UInt8](repeating: 7, count: bytes.count)
        let (decoded, isExact) = block.decoded(payload)
        #expect(decoded == bytes && isExact, "\(sample) in \(laneCount) lanes")
      }
    }
  }

  @Test(arguments: ModelSet.allCases, [true, false])
  func everySetLearnsStructure(models: ModelSet, usesNetwork: Bool) {
    // A table whose numbers count up: nothing repeats as a whole.
    let lines = (0..<400).map { "2024-01-01;station \($0 % 7);\(1000 + 3 * $0);ok\n" }
    let block = TestBlock(
      bytes: Array(lines.joined().utf8), laneCount: 1, models: models, usesNetwork: usesNetwork)
    #expect(block.encoded().count < block.bytes.count / 12)
  }

  @Test(arguments: 1...5)
  func tinyBlocksSurvive(count: Int) {
    for laneCount in 1...count {
      let block = TestBlock(bytes: Sample.random(count), laneCount: laneCount)
      #expect(block.decoded(block.encoded()).bytes == block.bytes)
    }
  }

  @Test(arguments: [1, 16, 256])
  func anyPayloadDecodesToSomething(laneCount: Int) {
    let block = TestBlock(bytes: [UInt8](repeating: 0, count: 5000), laneCount: laneCount)
    for payload in [[], Sample.random(700), [UInt8](repeating: 255, count: 100)] {
      #expect(block.decoded(payload).bytes.count == 5000)
    }
  }

  @Test(arguments: laneCounts, Sample.allCases)
  func probabilitiesAreInRange(laneCount: Int, sample: Sample) {
    var block = TestBlock(bytes: sample.bytes, laneCount: laneCount)
    // A network that is as sure as it can be, and wrong.
    block.frequencies[0x41] = 1 << 23
    #expect(block.probabilities().allSatisfy { (1...(1 << 22) - 1).contains($0) })
  }

  @Test func equalBlocksHaveEqualProbabilities() {
    let block = TestBlock(bytes: Sample.words(20_000), laneCount: 8)
    #expect(block.probabilities() == block.probabilities())
  }

  @Test(arguments: [1, 4, 16])
  func bytesYetToComeChangeNothing(laneCount: Int) {
    let block = TestBlock(bytes: Sample.words(16_000), laneCount: laneCount)
    let probabilities = block.probabilities()
    for known in [0, 1, 777, 8000, 15_999] {
      // `known` bytes, in the order of coding, stay; all others change.
      var changed = block
      var index = 0
      block.forEachByte { _, position in
        if index >= known { changed.bytes[position] ^= 0x55 }
        index += 1
      }
      let same = changed.probabilities().prefix(8 * known + 1)
      #expect(same == probabilities.prefix(8 * known + 1))
    }
  }

  @Test(arguments: [1, 16])
  func whatRepeatsCostsNearlyNothing(laneCount: Int) {
    let line = Array("predictable sources teach the mixer whom to believe\n".utf8)
    let block = TestBlock(
      bytes: (0..<200_000).map { line[$0 % line.count] }, laneCount: laneCount)
    #expect(8 * block.encoded().count < block.bytes.count * 8 / 50)
  }

  @Test func randomBytesCostLittleMoreThanThemselves() {
    let block = TestBlock(bytes: Sample.random(200_000), laneCount: 16)
    #expect(block.encoded().count < 202_000)
  }

  /// Bytes as the network expects them, and nothing else to learn.
  @Test(arguments: [200, 1000, 20_000])
  func aNetworkThatIsRightIsBelieved(count: Int) {
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
    #expect(Double(8 * block.encoded().count) < ideal * 1.02 + 16)
  }

  /// Archives depend on every one of these probabilities: the numbers never change.
  @Test(arguments: Self.frozen)
  func probabilitiesStayWhatTheyAre(_ frozen: Frozen) {
    var block = TestBlock(
      bytes: Sample.words(6000) + Sample.awkward(3000), laneCount: 4, models: frozen.models,
      usesNetwork: frozen.usesNetwork)
    block.frequencies[0x20] = 100
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for probability in block.probabilities() {
      hash = (hash ^ probability) &* 0x0000_0100_0000_01B3
    }
    #expect(hash == frozen.hash)
  }

  struct Frozen: Sendable, CustomTestStringConvertible {
    var models: ModelSet
    var usesNetwork: Bool
    /// FNV-1a over the probabilities, taken whole.
    var hash: UInt64
    var testDescription: String { "\(models), \(usesNetwork ? "with" : "without") network" }
  }

  static let frozen = [
    Frozen(models: .small, usesNetwork: true, hash: 18_335_807_972_615_284_473),
    Frozen(models: .standard, usesNetwork: true, hash: 5_635_029_777_079_499_243),
    Frozen(models: .full, usesNetwork: true, hash: 4_247_881_641_019_598_078),
    Frozen(models: .small, usesNetwork: false, hash: 4_295_754_906_736_531_920),
    Frozen(models: .standard, usesNetwork: false, hash: 11_565_846_442_779_328_136),
    Frozen(models: .full, usesNetwork: false, hash: 11_565_846_442_779_328_136),
  ]

  private static func drop(_ mixer: consuming ContextMixer) { _ = consume mixer }

  /// The address space of this process, in bytes.
  private static var addressSpace: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 64)
    fgets(&text, 64, file)
    return atol(text) * sysconf(Int32(_SC_PAGESIZE))
  }

  /// Tables so large that each is a mapping of its own: so the address space grows by all of them.
  @Test(arguments: [ModelSet.standard, .full], [true, false])
  func memoryIsAnUpperBound(models: ModelSet, usesNetwork: Bool) {
    let bound = ContextMixer.memory(byteCount: 3_000_000, laneCount: 16, models: models)
    // Other tests allocate and free at the same time: what counts is a round without any.
    var rounds: [Int] = []
    for _ in 0..<2000 {
      let before = Self.addressSpace
      let mixer = ContextMixer(
        byteCount: 3_000_000, laneCount: 16, models: models, usesNetwork: usesNetwork)
      rounds.append(Self.addressSpace - before)
      Self.drop(mixer)
      if (bound / 2...bound).contains(rounds.last!) { break }
    }
    #expect(rounds.contains { (bound / 2...bound).contains($0) }, "\(rounds.suffix(20)), not \(bound)")
  }

  @Test func memoryOfLargeBlocksIsBounded() {
    func memory(_ models: ModelSet) -> Int {
      ContextMixer.memory(byteCount: 8 << 20, laneCount: 16, models: models) >> 20
    }
    #expect(memory(.small) <= 48)
    #expect(memory(.standard) <= 100)
    #expect(memory(.full) <= 320)
  }
}
