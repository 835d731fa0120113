import CMixingKernels
import Platform

/// Two layers of mixers: several that weigh all inputs, each by one of its sets of weights that a
/// selector chooses, and one that weighs their results.
///
/// Inputs are stretched probabilities in units of 1/256; weights are in units of 2^-28 in two
/// planes of 16 bits. After each bit the chosen sets move against their own errors, so that
/// predictions which were right gain weight (online gradient descent on the code length: Mahoney
/// 2005, "Adaptive Weighing of Context Models for Lossless Data Compression", section 3.2).
struct MixerNetwork: ~Copyable {
  /// The most mixers of the first layer.
  static let mostMixers = Int(FSC_MOST_MIXERS)
  /// The final mixer chooses its weights by the bits of the byte so far.
  private static let finalSetCount = 256
  /// Two planes.
  private static let finalStride = 2 * mostMixers

  private let inputCount: Int
  private let laneCount: Int
  private let selectors: [MixerSelector]
  private let places: [SetPlaces]
  /// One: what kernels work on.
  private let state: OwnedBuffer<fsc_mixers>
  /// [sets][2][inputs] and one more set that stays zero.
  private let weights: OwnedBuffer<Int16>
  /// [sets]: how many bits each has learned from, at most 255.
  private let counts: OwnedBuffer<UInt8>
  /// [classes][inputs]: upper planes to begin with.
  private let initial: OwnedBuffer<Int16>
  private let rates: LearningRates
  /// [256][2][mostMixers]
  private let finalWeights: OwnedBuffer<Int16>
  private let finalCounts: OwnedBuffer<UInt8>
  private let finalRates: LearningRates
  private var mode = ContentMode.text

  /// Where the sets and the classes of each mixer begin, in one mode.
  private struct SetPlaces {
    var firstSets: [Int] = []
    var firstClasses: [Int] = []
  }

  struct Sizes {
    let setCount: Int
    let weights: BufferSize<Int16>
    let counts: BufferSize<UInt8>
    let initial: BufferSize<Int16>
    let state = BufferSize<fsc_mixers>(1)
    let finalWeights = BufferSize<Int16>(finalStride * finalSetCount)
    let finalCounts = BufferSize<UInt8>(finalSetCount)

    init(laneCount: Int, plan: MixPlan) {
      setCount = plan.modeCount * plan.selectors.reduce(0) { $0 + $1.setCount(laneCount: laneCount) }
      weights = BufferSize(2 * plan.inputCount * (setCount + 1))
      counts = BufferSize(setCount)
      initial = BufferSize(
        plan.modeCount * plan.selectors.reduce(0) { $0 + $1.classCount } * plan.inputCount)
    }

    var byteCount: Int {
      weights.byteCount + counts.byteCount + initial.byteCount + state.byteCount
        + finalWeights.byteCount + finalCounts.byteCount
        + 2 * LearningRates.size.byteCount
    }
  }

  init(laneCount: Int, parameters: InitialParameters) {
    let plan = parameters.plan
    let sizes = Sizes(laneCount: laneCount, plan: plan)
    self.laneCount = laneCount
    selectors = plan.selectors
    inputCount = plan.inputCount
    places = Self.places(laneCount: laneCount, plan: plan)
    weights = OwnedBuffer(sizes.weights)
    counts = OwnedBuffer(sizes.counts)
    initial = OwnedBuffer(sizes.initial)
    for (i, weight) in parameters.weights.enumerated() { initial[i] = Int16(bitPattern: weight) }
    rates = LearningRates(first: 6000, last: 20)
    finalRates = LearningRates(first: 200, last: 20)
    finalWeights = OwnedBuffer(sizes.finalWeights)
    finalCounts = OwnedBuffer(sizes.finalCounts)
    for set in 0..<Self.finalSetCount {
      let position = MixerSelector.bitPosition(ofPartial: set)
      for (i, weight) in parameters.finalWeights(bitPosition: position).enumerated() {
        finalWeights[Self.finalStride * set + i] = Int16(bitPattern: weight)
      }
    }
    state = OwnedBuffer(sizes.state)
    state[0] = fsc_mixers()
    state.base.pointee.mixers = Int32(plan.selectors.count)
    state.base.pointee.count = Int32(inputCount)
    state.base.pointee.weights = weights.base
    state.base.pointee.counts = counts.base
    state.base.pointee.initial = UnsafePointer(initial.base)
    state.base.pointee.rates = UnsafePointer(rates.values.base)
    state.base.pointee.final_weights = finalWeights.base
    state.base.pointee.final_counts = finalCounts.base
    state.base.pointee.final_rates = UnsafePointer(finalRates.values.base)
    state.base.pointee.squash_nodes = UnsafePointer(LogisticTables.shared.squashNodes)
    place(.text)
    for mixer in selectors.count..<Self.mostMixers {
      fsc_mixers_place(state.base, Int32(mixer), Int32(sizes.setCount), 0)
    }
  }

  /// By mode.
  private static func places(laneCount: Int, plan: MixPlan) -> [SetPlaces] {
    var places = [SetPlaces](repeating: SetPlaces(), count: plan.modeCount)
    var (nextSet, nextClass) = (0, 0)
    for selector in plan.selectors {
      for mode in places.indices {
        places[mode].firstSets.append(nextSet)
        places[mode].firstClasses.append(nextClass)
        nextSet += selector.setCount(laneCount: laneCount)
        nextClass += selector.classCount
      }
    }
    return places
  }

  private func place(_ mode: ContentMode) {
    let places = places[mode.rawValue]
    for mixer in selectors.indices {
      fsc_mixers_place(
        state.base, Int32(mixer), Int32(places.firstSets[mixer]),
        Int32(places.firstClasses[mixer]))
    }
  }

  /// Each mode has weights of its own. Sets have to be chosen anew after this.
  @inline(__always)
  mutating func use(_ mode: ContentMode) {
    if mode != self.mode {
      self.mode = mode
      place(mode)
    }
  }

  /// Hands the mixers to kernels, for as long as this is.
  func give(to bits: UnsafeMutablePointer<fsc_bits>) {
    bits.pointee.mixers = state.base
    let mixers = fsc_bits_mixers(bits)!
    for selector in MixerSelector.allCases { mixers[selector.place] = -1 }
    for (mixer, selector) in selectors.enumerated() { mixers[selector.place] = Int32(mixer) }
  }

  /// The weights of all mixers by class, in the order of `InitialParameters`, for training.
  func learned() -> [LearnedParameter] {
    var result: [LearnedParameter] = []
    for (mixer, selector) in selectors.enumerated() {
      for places in places { result += learned(selector, firstSet: places.firstSets[mixer]) }
    }
    for position in 0..<8 {
      for mixer in 0..<Self.mostMixers { result.append(learned(mixer, bitPosition: position)) }
    }
    return result
  }

  /// The upper planes of a mixer's sets, averaged by class, with how much they have learned.
  private func learned(_ selector: MixerSelector, firstSet: Int) -> [LearnedParameter] {
    var sums = [Int](repeating: 0, count: selector.classCount * inputCount)
    var experience = [Int](repeating: 0, count: selector.classCount)
    for set in 0..<selector.setCount(laneCount: laneCount) {
      let index = firstSet + set
      let count = Int(counts[index])
      let startClass = selector.startClass(ofSet: set)
      experience[startClass] += count
      for i in 0..<inputCount {
        sums[startClass * inputCount + i] += count * Int(weights[index * 2 * inputCount + i])
      }
    }
    return sums.indices.map { i in
      let count = experience[i / inputCount]
      return LearnedParameter(
        value: count > 0 ? Int32(sums[i] / count) : 0, experience: Int32(min(count, 1 << 20)))
    }
  }

  /// The final mixer's weight for a mixer, averaged over all beginnings of a byte of one length.
  private func learned(_ mixer: Int, bitPosition: Int) -> LearnedParameter {
    var sum = 0
    var experience = 0
    for partial in 1 << bitPosition..<2 << bitPosition {
      let count = Int(finalCounts[partial])
      sum += count * Int(finalWeights[Self.finalStride * partial + mixer])
      experience += count
    }
    return LearnedParameter(
      value: experience > 0 ? Int32(sum / experience) : 0, experience: Int32(experience))
  }
}
