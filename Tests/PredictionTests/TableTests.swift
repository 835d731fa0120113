import Prediction
import Testing

/// The tables of the definition, computed again in integers.
@Suite struct TableTests {
  /// e^(1/8) and its powers with 56 fractional bits.
  private static let one: UInt128 = 1 << 56

  private static let eighthRoot: UInt128 = {
    var term = one
    var sum = one
    for n in 1..<30 {
      term = term / UInt128(8 * n)
      sum += term
    }
    return sum
  }()

  /// 2^35 tanh(n / 16), by (e^(n/8) - 1) / (e^(n/8) + 1).
  private static func tanhOfSixteenths(_ n: Int) -> Int {
    let power = (0..<n).reduce(one) { product, _ in (product * eighthRoot) >> 56 }
    return Int(((power - one) << 35) / (power + one))
  }

  private static func rounded(_ x: Int) -> Int { PlainNetwork.divide(x, byPowerOfTwo: 20) }

  @Test func segmentsPassThroughTheEndsAndTheMiddle() {
    for k in 0..<32 {
      let (a, b, c) = (
        Self.tanhOfSixteenths(2 * k), Self.tanhOfSixteenths(2 * k + 1),
        Self.tanhOfSixteenths(2 * k + 2)
      )
      let (c0, c1, c2) = tanhHalfSegment(k)
      #expect(Int(c0) == Self.rounded(a))
      #expect(Int(c1) == Self.rounded(4 * b - 3 * a - c))
      #expect(Int(c2) == Self.rounded(2 * a - 4 * b + 2 * c))
    }
  }

  /// 2^35 ln(1 + e^(-n/8)), by the series of 2 artanh(q / (2 + q)), q being e^(-n/8).
  private static func logarithm(_ n: Int) -> Int {
    let power = (0..<n).reduce(one) { product, _ in (product * eighthRoot) >> 56 }
    let q = one * one / power
    let x = (q << 56) / (2 * one + q)
    let square = (x * x) >> 56
    var term = x
    var sum: UInt128 = 0
    for odd in stride(from: 1 as UInt128, to: 80, by: 2) {
      sum += term / odd
      term = (term * square) >> 56
    }
    return Int(2 * sum >> 21)
  }

  @Test func logarithmsPassThroughTheEndsAndTheMiddle() {
    for k in 0..<32 {
      let (a, b, c) = (
        -Self.logarithm(2 * k), -Self.logarithm(2 * k + 1), -Self.logarithm(2 * k + 2)
      )
      let (c0, c1, c2) = logSigmoidSegment(k)
      #expect(Int(c0) == Self.rounded(a))
      #expect(Int(c1) == Self.rounded(4 * b - 3 * a - c))
      // Never 0: kernels look up its low byte alone.
      #expect(Int(c2) == min(Self.rounded(2 * a - 4 * b + 2 * c), -1))
      #expect((-256 ... -1).contains(c2))
    }
  }

  @Test func inverseSquareRootSeedsAreRounded() {
    for index in 0..<192 {
      #expect(
        Int(inverseSquareRootSeed(index)) == PlainNetwork.inverseSquareRootOfSeed(index + 64))
    }
  }
}
