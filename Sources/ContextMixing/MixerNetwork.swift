import CKernels

/// Two layers of mixers: several that weigh all inputs, each by weights of its own choosing, and
/// one that weighs their results.
struct MixerNetwork: ~Copyable {
  /// The most mixers of the first layer.
  static let mostMixers = 8

  private let inputs: UnsafeMutablePointer<Int16>
  private let results: UnsafeMutablePointer<Int16>
  private let tables: LogisticTables
  private let layer: MixerLayer
  private let finalWeights: UnsafeMutablePointer<Int16>
  private let finalCounts: UnsafeMutablePointer<UInt8>
  private let finalRates: LearningRates
  private var finalSet = 0
  /// What the last `mix` found: the probability of a 1 in units of 2^-22.
  private(set) var probability: Int32 = 0
  private let plan: ModelPlan
  private let laneCount: Int
  /// [mixers]: where the classes of each begin.
  private let firstClasses: UnsafeMutablePointer<Int>

  /// The final mixer chooses its weights by the bits of the byte so far.
  private static let finalSetCount = 256
  private static let finalStride = 2 * mostMixers

  init(inputs: UnsafeMutablePointer<Int16>, laneCount: Int, parameters: InitialParameters) {
    self.inputs = inputs
    self.laneCount = laneCount
    plan = parameters.plan
    tables = .shared
    firstClasses = .allocate(capacity: Self.mostMixers)
    firstClasses.initialize(repeating: 0, count: Self.mostMixers)
    for (i, selector) in plan.selectors.dropLast().enumerated() {
      firstClasses[i + 1] = firstClasses[i] + selector.classCount
    }
    results = UnsafeMutableRawPointer.allocate(byteCount: 2 * Self.mostMixers, alignment: 16)
      .bindMemory(to: Int16.self, capacity: Self.mostMixers)
    results.initialize(repeating: 0, count: Self.mostMixers)
    layer = MixerLayer(
      inputCount: parameters.inputCount,
      setCounts: plan.selectors.map { $0.setCount(laneCount: laneCount) },
      initial: parameters.values[parameters.weights..<parameters.final],
      rates: LearningRates(first: 6000, last: 60))
    finalRates = LearningRates(first: 200, last: 60)
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
  }

  deinit {
    firstClasses.deallocate()
    results.deallocate()
    finalWeights.deallocate()
    finalCounts.deallocate()
  }

  static func memory(plan: ModelPlan, laneCount: Int) -> Int {
    let sets = plan.selectors.reduce(0) { $0 + $1.setCount(laneCount: laneCount) }
    return MixerLayer.memory(inputCount: ContextMixer.inputCount(plan), setCount: sets)
      + (2 * finalStride + 1) * finalSetCount
  }

  /// How many bits of the byte are known, given those bits after a leading 1; 0 for 0.
  @inline(__always)
  static func bitPosition(ofPartial partial: Int) -> Int {
    partial == 0 ? 0 : 63 &- partial.leadingZeroBitCount
  }

  /// - Parameter startClass: below the selector's `classCount`.
  @inline(__always)
  func choose(_ mixer: Int, set: Int, startingAs startClass: Int) {
    layer.choose(mixer, set: set, startingAs: firstClasses[mixer] &+ startClass)
  }

  /// - Parameter partial: the bits of the byte so far after a leading 1, 1...255.
  /// - Returns: the stretched probability of a 1, in units of 2^-12, within ±12.
  @inline(__always)
  mutating func mix(partial: Int) -> Int32 {
    layer.mix(inputs, results: results)
    finalSet = partial
    let sum = fsc_mixer_dot(
      results, finalWeights + Self.finalStride &* partial, Int32(Self.mostMixers))
    let output = min(max(sum >> 8, -LogisticTables.limit), LogisticTables.limit)
    probability = tables.squash(output)
    return output
  }

  @inline(__always)
  mutating func update(bit: Int) {
    layer.update(inputs, bit: bit)
    let count = Int(finalCounts[finalSet])
    let step = finalRates.step(bit: bit, probability: probability, count: count)
    finalCounts[finalSet] = UInt8(truncatingIfNeeded: min(count &+ 1, 255))
    let high = finalWeights + Self.finalStride &* finalSet
    let low = UnsafeMutableRawPointer(high + Self.mostMixers)
      .assumingMemoryBound(to: UInt16.self)
    fsc_mixer_train(results, step, high, low, Int32(Self.mostMixers))
  }

  /// The weights of all mixers by class, in the order of `InitialParameters`, for training.
  func learned() -> [LearnedParameter] {
    var result: [LearnedParameter] = []
    for (mixer, selector) in plan.selectors.enumerated() {
      result += layer.learned(
        mixer: mixer, setCount: selector.setCount(laneCount: laneCount),
        classCount: selector.classCount
      ) { selector.startClass(ofSet: $0, laneCount: laneCount) }
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
}
