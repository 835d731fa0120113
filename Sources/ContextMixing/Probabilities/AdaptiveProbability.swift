import CMixingKernels
import Platform

/// A probability that follows the bits it is shown: 22 bits of probability, 10 bits of count.
///
/// It moves by 1 / (n + 1.5) of the error when n bits have been seen, so that it is at first their
/// average; from `limit` bits on, the step stays the same and old bits fade.
struct AdaptiveProbability: BitwiseCopyable {
  private(set) var bits: UInt32

  /// - Parameters:
  ///   - probability: in units of 2^-16.
  ///   - count: how many bits' weight it has, 0...1023.
  init(probability: UInt16, count: UInt32 = 0) { bits = UInt32(probability) << 16 | count }

  init(bits: UInt32) { self.bits = bits }

  /// In units of 2^-12, 0...4095.
  @inline(__always)
  var coarse: Int { Int(bits >> 20) }

  /// In units of 2^-16.
  @inline(__always)
  var fine: Int32 { Int32(truncatingIfNeeded: bits >> 16) }

  func learned(initialWeight: UInt32) -> LearnedParameter {
    LearnedParameter(value: fine, experience: Int32(bits & 1023) - Int32(initialWeight))
  }
}

/// The steps of adaptive probabilities: 1 / (n + 1.5) in units of 2^-16, n in 0...1023.
struct Reciprocals: Sendable {
  private let memory = SharedBuffer<Int32>(count: 1024)

  /// Made once.
  static let shared = Reciprocals()

  private init() {
    for n in 0..<memory.count { values[n] = Int32((2 << 16) / (2 * n + 3)) }
  }

  var values: UnsafeMutablePointer<Int32> { memory.base }
}
