/// Two layers of mixers: several that weigh all inputs, each by weights of its own choosing, and
/// one that weighs their results.
struct MixerNetwork: ~Copyable {
  /// What the choice of weights depends on.
  struct Selectors {
    /// The bits of the byte so far after a leading 1, 1...255.
    var partial: Int
    /// The lane's last two bytes.
    var lastTwo: Int
    /// 0..<256
    var lane: Int
    /// 0..<`MatchModel.strengthCount`
    var matchStrength: Int
    /// How far the network is from even, in units of 1/2: 0...15.
    var certainty: Int
    /// How many contexts have been seen before, 0...15.
    var seenContexts: Int
  }

  private let inputs: UnsafeMutablePointer<Int16>
  private let results: UnsafeMutablePointer<Int16>
  private let tables: LogisticTables
  private let rates: LearningRates
  private let finalRates: LearningRates
  private var byPartial: Mixer
  private var byLane: Mixer
  private var byLastTwo: Mixer
  private var byCertainty: Mixer
  private var final: Mixer

  private static let lastTwoSets = 4096

  /// - Parameter initialWeights: one for each input, in units of 1/4096; a multiple of 8 of them.
  init(inputs: UnsafeMutablePointer<Int16>, initialWeights: [Int16]) {
    self.inputs = inputs
    tables = .shared
    results = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
      .bindMemory(to: Int16.self, capacity: 8)
    results.initialize(repeating: 0, count: 8)
    rates = LearningRates(first: 4000, last: 200)
    finalRates = LearningRates(first: 200, last: 60)
    byPartial = Mixer(initial: initialWeights, setCount: 256)
    byLane = Mixer(
      initial: initialWeights, setCount: 256 * MatchModel.strengthCount)
    byLastTwo = Mixer(initial: initialWeights, setCount: Self.lastTwoSets)
    byCertainty = Mixer(initial: initialWeights, setCount: 256)
    let average = Int16(Mixer.one / 4)
    final = Mixer(
      initial: [average, average, average, average, 0, 0, 0, 0],
      setCount: MatchModel.strengthCount)
  }

  deinit { results.deallocate() }

  /// - Returns: the stretched probability of a 1, in units of 2^-12, within ±12.
  @inline(__always)
  mutating func mix(_ selectors: Selectors) -> Int32 {
    let pair = (UInt64(truncatingIfNeeded: selectors.lastTwo) &* 0x9E37_79B9) >> 12
    byPartial.mix(inputs, set: selectors.partial, tables: tables)
    byLane.mix(inputs, set: selectors.matchStrength << 8 | selectors.lane, tables: tables)
    byLastTwo.mix(
      inputs, set: Int(truncatingIfNeeded: pair) & (Self.lastTwoSets &- 1), tables: tables)
    byCertainty.mix(
      inputs, set: selectors.certainty << 4 | selectors.seenContexts, tables: tables)
    results[0] = Int16(truncatingIfNeeded: byPartial.output >> 4)
    results[1] = Int16(truncatingIfNeeded: byLane.output >> 4)
    results[2] = Int16(truncatingIfNeeded: byLastTwo.output >> 4)
    results[3] = Int16(truncatingIfNeeded: byCertainty.output >> 4)
    final.mix(results, set: selectors.matchStrength, tables: tables)
    return final.output
  }

  /// The probability that belongs to the last result of `mix`, in units of 2^-22.
  @inline(__always)
  var probability: Int32 { final.probability }

  @inline(__always)
  mutating func update(bit: Int) {
    byPartial.update(inputs, bit: bit, rates: rates)
    byLane.update(inputs, bit: bit, rates: rates)
    byLastTwo.update(inputs, bit: bit, rates: rates)
    byCertainty.update(inputs, bit: bit, rates: rates)
    final.update(results, bit: bit, rates: finalRates)
  }
}
