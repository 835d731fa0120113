import CKernels

/// Several mixers side by side: each weighs the same predictions, by one of its sets of weights
/// that a small context chooses.
///
/// Inputs are stretched probabilities in units of 1/256; weights are in units of 2^-28 in two
/// planes of 16 bits. After each bit the chosen sets move against their own errors, so that
/// predictions which were right gain weight (online gradient descent on the code length).
struct MixerLayer: ~Copyable {
  /// A weight of one in the units of the upper plane.
  static let one = 4096

  private let inputCount: Int
  private let mixerCount: Int
  private let kernels: UnsafePointer<fsc_mixer_kernels>
  private let tables: LogisticTables
  private let rates: LearningRates
  /// [sets][2][inputs]: the upper plane, then the lower one. Zero until a set is first chosen.
  private let memory: ZeroedMemory
  private let weights: UnsafeMutablePointer<Int16>
  /// [sets]: how many bits each has learned from, at most 255.
  private let counts: UnsafeMutablePointer<UInt8>
  private let countMemory: ZeroedMemory
  /// [classes][inputs]: upper planes to begin with.
  private let initial: UnsafeMutablePointer<Int16>
  /// [mixers]: the first set of each.
  private let bases: UnsafeMutablePointer<Int>
  // [mixers], of the bit at hand.
  private let chosen: UnsafeMutablePointer<UnsafeMutablePointer<Int16>?>
  private let chosenSets: UnsafeMutablePointer<Int>
  private let sums: UnsafeMutablePointer<Int32>
  private let steps: UnsafeMutablePointer<Int16>
  private let probabilities: UnsafeMutablePointer<Int32>

  /// - Parameters:
  ///   - inputCount: a multiple of 16.
  ///   - setCounts: of each mixer.
  ///   - initial: upper planes of weights, some for each mixer.
  init(
    inputCount: Int, setCounts: [Int], initial: ArraySlice<UInt16>, rates: consuming LearningRates
  ) {
    self.inputCount = inputCount
    mixerCount = setCounts.count
    kernels = fsc_mixer_best_kernels()
    tables = .shared
    self.rates = rates
    let total = setCounts.reduce(0, +)
    memory = ZeroedMemory(byteCount: 4 * inputCount * total)
    weights = memory.base.assumingMemoryBound(to: Int16.self)
    countMemory = ZeroedMemory(byteCount: total)
    counts = countMemory.base.assumingMemoryBound(to: UInt8.self)
    self.initial = .allocate(capacity: initial.count)
    for (i, weight) in initial.enumerated() {
      (self.initial + i).initialize(to: Int16(bitPattern: weight))
    }
    bases = .allocate(capacity: mixerCount)
    var base = 0
    for (i, count) in setCounts.enumerated() {
      (bases + i).initialize(to: base)
      base += count
    }
    chosen = .allocate(capacity: mixerCount)
    chosen.initialize(repeating: nil, count: mixerCount)
    chosenSets = .allocate(capacity: mixerCount)
    chosenSets.initialize(repeating: 0, count: mixerCount)
    sums = .allocate(capacity: mixerCount)
    sums.initialize(repeating: 0, count: mixerCount)
    steps = .allocate(capacity: mixerCount)
    steps.initialize(repeating: 0, count: mixerCount)
    probabilities = .allocate(capacity: mixerCount)
    probabilities.initialize(repeating: 0, count: mixerCount)
  }

  deinit {
    initial.deallocate()
    bases.deallocate()
    chosen.deallocate()
    chosenSets.deallocate()
    sums.deallocate()
    steps.deallocate()
    probabilities.deallocate()
  }

  static func memory(inputCount: Int, setCount: Int) -> Int {
    (4 * inputCount + 1) * setCount + 128
  }

  /// The set that a mixer uses for the bit at hand, and the class of weights it begins with.
  @inline(__always)
  func choose(_ mixer: Int, set: Int, startingAs startClass: Int) {
    let set = bases[mixer] &+ set
    let planes = weights + set &* 2 &* inputCount
    chosenSets[mixer] = set
    chosen[mixer] = planes
    if counts[set] == 0 {
      planes.update(from: initial + startClass &* inputCount, count: inputCount)
    }
  }

  /// Mixes the inputs by the chosen sets.
  ///
  /// - Parameter results: gets a stretched probability of each mixer in units of 1/256, within ±12.
  @inline(__always)
  func mix(_ inputs: UnsafePointer<Int16>, results: UnsafeMutablePointer<Int16>) {
    kernels.pointee.dot(
      inputs, chosen, Int32(truncatingIfNeeded: mixerCount), Int32(truncatingIfNeeded: inputCount),
      sums)
    for mixer in 0..<mixerCount {
      let output = min(max(sums[mixer] >> 8, -LogisticTables.limit), LogisticTables.limit)
      results[mixer] = Int16(truncatingIfNeeded: output >> 4)
      probabilities[mixer] = tables.squash(output)
    }
  }

  @inline(__always)
  func update(_ inputs: UnsafePointer<Int16>, bit: Int) {
    for mixer in 0..<mixerCount {
      let set = chosenSets[mixer]
      let count = Int(counts[set])
      steps[mixer] = rates.step(bit: bit, probability: probabilities[mixer], count: count)
      counts[set] = UInt8(truncatingIfNeeded: min(count &+ 1, 255))
    }
    kernels.pointee.train(
      inputs, steps, chosen, Int32(truncatingIfNeeded: mixerCount),
      Int32(truncatingIfNeeded: inputCount))
  }

  /// The upper planes of a mixer's sets, averaged by class, with how much they have learned.
  ///
  /// - Parameter startClass: the class of a set.
  func learned(
    mixer: Int, setCount: Int, classCount: Int, startClass: (Int) -> Int
  ) -> [LearnedParameter] {
    var sums = [Int](repeating: 0, count: classCount * inputCount)
    var experience = [Int](repeating: 0, count: classCount)
    for set in 0..<setCount {
      let index = bases[mixer] + set
      let count = Int(counts[index])
      experience[startClass(set)] += count
      for i in 0..<inputCount {
        sums[startClass(set) * inputCount + i] += count * Int(weights[index * 2 * inputCount + i])
      }
    }
    return sums.indices.map { i in
      let count = experience[i / inputCount]
      return LearnedParameter(
        value: count > 0 ? Int32(sums[i] / count) : 0, experience: Int32(min(count, 1 << 20)))
    }
  }
}

/// How far weights move, by how many bits their set has learned from: far at first.
struct LearningRates: ~Copyable {
  private let rates: UnsafeMutablePointer<Int>

  /// Both in units of 2^-16, at most 2^14.
  init(first: Int, last: Int) {
    rates = .allocate(capacity: 256)
    for count in 0..<256 {
      (rates + count).initialize(to: last + (first - last) * 16 / (count + 16))
    }
  }

  deinit { rates.deallocate() }

  /// What to multiply inputs with so that the products are the moves of weights, in units of
  /// 2^-28.
  ///
  /// - Parameters:
  ///   - probability: of a 1, in units of 2^-22.
  ///   - count: 0...255; the last stands for all above.
  @inline(__always)
  func step(bit: Int, probability: Int32, count: Int) -> Int16 {
    let error = Int(bit) << 22 &- Int(probability)
    let rounded = (error &* rates[count] &+ (1 << 17)) >> 18
    return Int16(truncatingIfNeeded: min(max(rounded, -32767), 32767))
  }
}
