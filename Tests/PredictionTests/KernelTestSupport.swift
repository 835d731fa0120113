import Platform
import CKernels
import Prediction
import TestSupport

/// How a vector of test numbers is filled: at random, or with what is likeliest to overflow.
enum Pattern: CaseIterable {
  case uniform, small, lowest, highest, alternating, zero, spike

  func fill<T: FixedWidthInteger>(
    _ count: Int, in range: ClosedRange<T>, _ generator: inout SplitMix64
  ) -> [T] {
    let spike = Int.random(in: 0..<count, using: &generator)
    let phase = Int.random(in: 0...1, using: &generator)
    return (0..<count).map { n in
      switch self {
      case .uniform: T.random(in: range, using: &generator)
      case .small: T.random(in: range, using: &generator) / 16
      case .lowest: range.lowerBound
      case .highest: range.upperBound
      case .alternating: n % 2 == phase ? range.lowerBound : range.upperBound
      case .zero: 0
      case .spike: n == spike ? range.lowerBound : 0
      }
    }
  }
}

extension Kernels {
  /// The tables that are held to the definition, which comes first of all.
  static var testedNames: [String] { Array(availableNames.dropFirst()) }
}

extension SharedBuffer {
  var values: [Element] { memory.contents }
}
