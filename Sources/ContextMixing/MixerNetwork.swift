import CMixingKernels
import Platform

/// Two layers of mixers: several that weigh all inputs, each by one of its sets of weights that a
/// small context chooses, and one that weighs their results.
///
/// Inputs are stretched probabilities in units of 1/256; weights are in units of 2^-28 in two
/// planes of 16 bits. After each bit the chosen sets move against their own errors, so that
/// predictions which were right gain weight (online gradient descent on the code length).
struct MixerNetwork: ~Copyable {
  /// The most mixers of the first layer.
  static let mostMixers = FSC_MOST_MIXERS

  private let kernels: fsc_mixing_kernels
  private let state: UnsafeMutablePointer<fsc_mixers>
  private let inputCount: Int
  private let laneCount: Int
  private let plan: ModelPlan
  /// [sets][2][inputs] and one more that stays zero.
  private let weights: OwnedBuffer<Int16>
  /// [sets]: how many bits each has learned from, at most 255.
  private let counts: OwnedBuffer<UInt8>
  /// [classes][inputs]: upper planes to begin with.
  private let initial: UnsafeMutablePointer<Int16>
  private let rates: LearningRates
  private let finalWeights: UnsafeMutablePointer<Int16>
  private let finalCounts: UnsafeMutablePointer<UInt8>
  private let finalRates: LearningRates
  /// [modes][mixers]: the first set of each, and the first class.
  private let bases: [Int]
  private let firstClasses: [Int]
  private var mode = ContentMode.text

  /// The final mixer chooses its weights by the bits of the byte so far.
  private static let finalSetCount = 256
  private static let finalStride = 2 * mostMixers

  init(laneCount: Int, parameters: InitialParameters) {
    self.laneCount = laneCount
    plan = parameters.plan
    inputCount = parameters.inputCount
    kernels = MixingKernels.current.table.pointee
    let mixerCount = plan.selectors.count
    var bases = [Int](repeating: 0, count: plan.modeCount * mixerCount)
    var firstClasses = bases
    var (setCount, classCount) = (0, 0)
    for (mixer, selector) in plan.selectors.enumerated() {
      for mode in 0..<plan.modeCount {
        bases[mode * mixerCount + mixer] = setCount
        firstClasses[mode * mixerCount + mixer] = classCount
        setCount += selector.setCount(laneCount: laneCount)
        classCount += selector.classCount
      }
    }
    self.bases = bases
    self.firstClasses = firstClasses
    weights = OwnedBuffer(count: 2 * inputCount * (setCount + 1))
    counts = OwnedBuffer(count: setCount)
    let values = parameters.values[parameters.weights..<parameters.final]
    initial = .allocate(capacity: values.count)
    for (i, weight) in values.enumerated() {
      (initial + i).initialize(to: Int16(bitPattern: weight))
    }
    rates = LearningRates(first: 6000, last: 20)
    finalRates = LearningRates(first: 200, last: 20)
    let count = Self.finalStride * Self.finalSetCount
    finalWeights = UnsafeMutableRawPointer.allocate(byteCount: 2 * count, alignment: 64)
      .bindMemory(to: Int16.self, capacity: count)
    finalWeights.initialize(repeating: 0, count: count)
    finalCounts = .allocate(capacity: Self.finalSetCount)
    finalCounts.initialize(repeating: 0, count: Self.finalSetCount)
    for set in 0..<Self.finalSetCount {
      let first = parameters.final + 8 * Self.bitPosition(ofPartial: set)
      for i in 0..<Self.mostMixers {
        finalWeights[Self.finalStride * set + i] = Int16(bitPattern: parameters.values[first + i])
      }
    }

    state = allocateAligned(fsc_mixers())
    state.pointee.mixers = Int32(plan.selectors.count)
    state.pointee.count = Int32(inputCount)
    state.pointee.weights = weights.base
    state.pointee.counts = counts.base
    state.pointee.initial = UnsafePointer(initial)
    state.pointee.rates = UnsafePointer(rates.values)
    state.pointee.final_weights = finalWeights
    state.pointee.final_counts = finalCounts
    state.pointee.final_rates = UnsafePointer(finalRates.values)
    state.pointee.squash_nodes = UnsafePointer(LogisticTables.shared.squashNodes)
    for mixer in 0..<Self.mostMixers {
      let exists = mixer < plan.selectors.count
      fsc_mixers_place(
        state, Int32(mixer), Int32(exists ? bases[mixer] : setCount),
        Int32(exists ? firstClasses[mixer] : 0))
    }
  }

  deinit {
    state.deallocate()
    initial.deallocate()
    finalWeights.deallocate()
    finalCounts.deallocate()
  }

  static func memory(plan: ModelPlan, laneCount: Int) -> Int {
    let sets = plan.selectors.reduce(0) {
      $0 + plan.modeCount * $1.setCount(laneCount: laneCount)
    }
    return BufferSize<Int16>(2 * ContextMixer.inputCount(plan) * (sets + 1)).byteCount
      + BufferSize<UInt8>(sets).byteCount
      + (2 * finalStride + 1) * finalSetCount
  }

  /// How many bits of the byte are known, given those bits after a leading 1; 0 for 0.
  @inline(__always)
  static func bitPosition(ofPartial partial: Int) -> Int {
    partial == 0 ? 0 : 63 &- partial.leadingZeroBitCount
  }

  /// Each mode has weights of its own.
  @inline(__always)
  mutating func use(_ mode: ContentMode) {
    if mode != self.mode { change(to: mode) }
  }

  @inline(never)
  private mutating func change(to mode: ContentMode) {
    self.mode = mode
    let first = mode.rawValue * plan.selectors.count
    for mixer in plan.selectors.indices {
      fsc_mixers_place(
        state, Int32(mixer), Int32(bases[first + mixer]), Int32(firstClasses[first + mixer]))
    }
  }

  /// Asks for the weights of a set that will soon be chosen.
  @inline(__always)
  func prefetch(_ mixer: Int, set: Int) {
    fsc_mixers_prefetch(state, Int32(truncatingIfNeeded: mixer), Int32(truncatingIfNeeded: set))
  }

  /// The set stays chosen until the mixer gets another one.
  ///
  /// - Parameter startClass: below the selector's `classCount`.
  @inline(__always)
  func choose(_ mixer: Int, set: Int, startingAs startClass: Int) {
    fsc_mixers_choose(
      state, Int32(truncatingIfNeeded: mixer), Int32(truncatingIfNeeded: set),
      Int32(truncatingIfNeeded: startClass))
  }

  /// Mixes by the chosen sets.
  ///
  /// - Parameters:
  ///   - head: the first inputs.
  ///   - predictions: those after them, as `ContextModels` has them.
  ///   - partial: the bits of the byte so far after a leading 1, 1...255.
  @inline(__always)
  func mix(_ head: fsc_mixer_head, _ predictions: UnsafePointer<Int16>, partial: Int) -> fsc_mixed {
    state.pointee.final_set = Int32(truncatingIfNeeded: partial)
    return kernels.mix(state, head, predictions)
  }

  @inline(__always)
  func update(bit: Int) { kernels.train(state, Int32(truncatingIfNeeded: bit)) }

  /// The weights of all mixers by class, in the order of `InitialParameters`, for training.
  func learned() -> [LearnedParameter] {
    var result: [LearnedParameter] = []
    for mixer in plan.selectors.indices {
      for mode in 0..<plan.modeCount {
        result += learned(mixer: mixer, firstSet: bases[mode * plan.selectors.count + mixer])
      }
    }
    for position in 0..<8 {
      for i in 0..<Self.mostMixers {
        var sum = 0
        var experience = 0
        for partial in 1 << position..<2 << position {
          let count = Int(finalCounts[partial])
          sum += count * Int(finalWeights[Self.finalStride * partial + i])
          experience += count
        }
        result.append(
          LearnedParameter(
            value: experience > 0 ? Int32(sum / experience) : 0, experience: Int32(experience)))
      }
    }
    return result
  }

  /// The upper planes of a mixer's sets, averaged by class, with how much they have learned.
  private func learned(mixer: Int, firstSet: Int) -> [LearnedParameter] {
    let selector = plan.selectors[mixer]
    let (weights, counts) = (weights.base, counts.base)
    var sums = [Int](repeating: 0, count: selector.classCount * inputCount)
    var experience = [Int](repeating: 0, count: selector.classCount)
    for set in 0..<selector.setCount(laneCount: laneCount) {
      let index = firstSet + set
      let count = Int(counts[index])
      let startClass = selector.startClass(ofSet: set, laneCount: laneCount)
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
}
