import CKernels

/// What layer norm needs to know of a vector: u = (z - mean) x factor / 2^shift is z normalized,
/// in Q10.
package struct Moments: Equatable, Sendable {
  /// The mean, rounded to nearest, halves upwards.
  package var mean: Int32
  /// 2^14 ..< 2^15.
  package var factor: Int32
  /// 4...20.
  package var shift: Int32

  /// Measures `z`, 16...4096 values, with `epsilon` (1...2^30, in units of z squared) added to
  /// their population variance.
  package init(_ z: UnsafeBufferPointer<Int16>, epsilon: UInt32) {
    let count = Int32(z.count)
    var sum: Int32 = 0  // |sum| <= 2^12 x 2^15
    var squares: Int64 = 0  // <= 2^12 x 2^30
    for value in z {
      sum &+= Int32(value)
      squares &+= Int64(value) &* Int64(value)
    }
    // count^2 x variance, 0...2^54: not negative, by Cauchy and Schwarz.
    let variance = Int64(count) &* squares &- Int64(sum) &* Int64(sum)
    let (root, exponent) = inverseSquareRoot(
      UInt64(variance) &+ UInt64(count) &* UInt64(count) &* UInt64(epsilon))
    // 1 / deviation = count x root / 2^exponent. The product has 19...28 bits; its top 15 are
    // the factor.
    let scaled = UInt32(count) &* root
    let bits = 32 &- Int32(scaled.leadingZeroBitCount)
    factor = Int32(scaled &>> UInt32(bits &- 15))
    // deviation is in 1...2^15.5 units, so that factor / 2^shift is in 2^-5.5...2^10 and
    // shift in 4...20.
    shift = exponent &- bits &+ 5
    // Shifted to be positive, where division rounds down.
    mean = (sum &+ count &* 32768 &+ count / 2) / count &- 32768
  }
}

/// 1 / sqrt(`total`) as root / 2^exponent, root in 2^15...2^16, for `total` in 2^8 ..< 2^56.
///
/// A seed from the top eight bits, then one Newton step: within 2^-15 of the true value.
@inline(__always)
package func inverseSquareRoot(_ total: UInt64) -> (root: UInt32, exponent: Int32) {
  let even = Int32(total.leadingZeroBitCount) & ~1
  let v = (total &<< UInt64(even)) &>> 32  // 2^30 ..< 2^32
  let seed = UInt64(inverseSquareRootSeed(Int(v &>> 24) &- 64))  // 2^31 / sqrt(v), < 2^16
  let t = (v &* (seed &* seed)) &>> 32  // 2^30 within 1 %; the product is below 2^63
  let root = (seed &* ((3 &<< 30) &- t)) &>> 31
  return (UInt32(truncatingIfNeeded: root), 47 &- even / 2)
}

/// 2^19 / sqrt(64.5 + `index`), rounded; `index` in 0...191.
@inline(__always)
package func inverseSquareRootSeed(_ index: Int) -> UInt16 {
  withUnsafePointer(to: fsc_inverse_sqrt_seeds) { table in
    table.withMemoryRebound(to: UInt16.self, capacity: 192) { $0[index] }
  }
}

/// Layer norm (Ba, Kiros, Hinton 2016) of one gate, or of the cell state, over its own units.
///
/// `gains` are in Q11, `biases` and the result in Q12. `output` may be `z`.
package func layerNorm(
  _ z: UnsafeBufferPointer<Int16>, epsilon: UInt32, gains: UnsafePointer<Int16>,
  biases: UnsafePointer<Int16>, output: UnsafeMutablePointer<Int16>
) {
  let moments = Moments(z, epsilon: epsilon)
  for n in z.indices {
    let deviation = Int32(saturate16(Int32(z[n]) &- moments.mean))
    // |deviation x factor| <= 2^15 x 2^15.
    let u = Int32(saturate16(roundingShift(deviation &* moments.factor, by: moments.shift)))
    // Q10 x Q11 = Q21: at most 2^30 + 2^24 + 2^8.
    let y = u &* Int32(gains[n]) &+ Int32(biases[n]) &* 512
    output[n] = saturate16(roundingShift(y, by: 9))
  }
}
