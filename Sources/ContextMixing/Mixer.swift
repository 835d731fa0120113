import CKernels

/// Weighs predictions: several sets of weights, of which a small context chooses one.
///
/// Inputs are stretched probabilities in units of 1/256; weights are in units of 2^-28 in two
/// planes of 16 bits. After each bit the chosen set moves against its error, so that predictions
/// which were right gain weight (online gradient descent on the code length).
struct Mixer: ~Copyable {
  private let weights: UnsafeMutablePointer<Int16>
  private let counts: UnsafeMutablePointer<UInt8>
  private let inputCount: Int

  private var chosen: Int = 0
  /// The sum of the chosen set: a stretched probability in units of 2^-12, within ±12.
  private(set) var output: Int32 = 0
  /// The same as a probability in units of 2^-22.
  private(set) var probability: Int32 = 0

  /// One in the units of the upper plane.
  static let one: Int = 4096

  /// - Parameters:
  ///   - initial: the weights of every set, in units of 1/4096; a multiple of 8 of them.
  init(initial: [Int16], setCount: Int) {
    inputCount = initial.count
    let stride = 2 * initial.count
    weights = UnsafeMutableRawPointer.allocate(byteCount: 2 * stride * setCount, alignment: 64)
      .bindMemory(to: Int16.self, capacity: stride * setCount)
    weights.initialize(repeating: 0, count: stride * setCount)
    for set in 0..<setCount {
      for i in 0..<initial.count { weights[set * stride + i] = initial[i] }
    }
    counts = .allocate(capacity: setCount)
    counts.initialize(repeating: 0, count: setCount)
  }

  deinit {
    weights.deallocate()
    counts.deallocate()
  }

  @inline(__always)
  mutating func mix(_ inputs: UnsafePointer<Int16>, set: Int, tables: LogisticTables) {
    chosen = set
    let high = weights + set &* 2 &* inputCount
    let sum = fsc_mixer_dot(inputs, high, Int32(truncatingIfNeeded: inputCount))
    output = min(max(sum >> 8, -LogisticTables.limit), LogisticTables.limit)
    probability = tables.squash(output)
  }

  @inline(__always)
  mutating func update(
    _ inputs: UnsafePointer<Int16>, bit: Int, rates: borrowing LearningRates
  ) {
    let count = Int(counts[chosen])
    let error = Int(bit) << 22 &- Int(probability)
    // In units of 2^-20, so that the product with an input is one of 2^-28.
    let rounded = (error &* rates[count] &+ (1 << 17)) >> 18
    counts[chosen] = UInt8(truncatingIfNeeded: min(count &+ 1, 255))
    let step = Int16(truncatingIfNeeded: min(max(rounded, -32767), 32767))
    let high = weights + chosen &* 2 &* inputCount
    let low = UnsafeMutableRawPointer(high + inputCount).assumingMemoryBound(to: UInt16.self)
    fsc_mixer_train(inputs, step, high, low, Int32(truncatingIfNeeded: inputCount))
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

  /// - Parameter count: 0...255; the last stands for all above.
  @inline(__always)
  subscript(count: Int) -> Int { rates[count] }
}
