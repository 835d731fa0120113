import CKernels

/// f(v) = tanh(v / 2) in Q15, of `v` in Q12, -8 <= v < 8; the result is in -32746...32746.
///
/// The one function behind both activations: quadratic in each of 32 segments of a quarter,
/// through the exact values at both ends and in the middle; odd by construction. Within 4 units
/// of the last place.
@inline(__always)
package func tanhHalf(_ v: Int16) -> Int32 {
  let magnitude = magnitudeBelow8(v)
  // |c2| <= 197, 0 < c1 <= 4107, 0 <= c0 <= 32740: sums stay far inside 16 bits.
  let value = quadratic(tanhHalfSegment(segment(of: magnitude)), at: magnitude)
  return v < 0 ? 0 &- value : value
}

/// |v|; that of -8 is taken as the largest below 8.
@inline(__always)
private func magnitudeBelow8(_ v: Int16) -> Int32 {
  v < 0 ? (v == .min ? 32767 : 0 &- Int32(v)) : Int32(v)
}

/// Which of the 32 segments of [0, 8) a magnitude in Q12 is in.
@inline(__always)
private func segment(of magnitude: Int32) -> Int { Int(magnitude &>> 10) }

/// c0 + (c1 + c2 t) t, t being where a magnitude in Q12 is in its segment.
@inline(__always)
private func quadratic(_ c: (c0: Int32, c1: Int32, c2: Int32), at magnitude: Int32) -> Int32 {
  let t = (magnitude & 1023) &<< 5  // Q15, 0 ..< 1
  let slope = c.c1 &+ multiplyHigh(c.c2, t)
  return c.c0 &+ multiplyHigh(slope, t)
}

/// The coefficients of f in segment `k` (0...31): f(k/4 + t/4) = c0 + c1 t + c2 t^2, Q15.
@inline(__always)
package func tanhHalfSegment(_ k: Int) -> (c0: Int32, c1: Int32, c2: Int32) {
  withUnsafePointer(to: fsc_tanh_half_segments) { coefficients(k, of: $0) }
}

/// Those of -ln(1 + exp(-v)).
@inline(__always)
package func logSigmoidSegment(_ k: Int) -> (c0: Int32, c1: Int32, c2: Int32) {
  withUnsafePointer(to: fsc_log_sigmoid_segments) { coefficients(k, of: $0) }
}

@inline(__always)
private func coefficients<Table>(
  _ k: Int, of table: UnsafePointer<Table>
) -> (c0: Int32, c1: Int32, c2: Int32) {
  table.withMemoryRebound(to: Int16.self, capacity: 96) {
    (Int32($0[k]), Int32($0[32 + k]), Int32($0[64 + k]))
  }
}

/// sigmoid(y) = (1 + tanh(y / 2)) / 2 in Q15, 11...32757, of `y` in Q12.
@inline(__always)
package func sigmoid(_ y: Int16) -> Int32 {
  (tanhHalf(y) &>> 1) &+ (1 &<< 14)
}

/// tanh(y) = f(2y) in Q15, -32746...32746, of `y` in Q12; constant beyond ±4.
@inline(__always)
package func hyperbolicTangent(_ y: Int16) -> Int32 {
  tanhHalf(saturate16(2 &* Int32(y)))
}

/// ln sigmoid(y) = min(y, 0) - ln(1 + exp(-|y|)) in Q12, -32768...-1, of `y` in Q12: within 2 units
/// of the last place.
@inline(__always)
package func logSigmoid(_ y: Int16) -> Int16 {
  let magnitude = magnitudeBelow8(y)
  // Q15: -255 <= c2 < 0 < c1 <= 4096, -22713 <= c0 < 0.
  let below = quadratic(logSigmoidSegment(segment(of: magnitude)), at: magnitude)
  return saturate16(min(Int32(y), 0) &+ multiplyHigh(below, 1 << 12))
}
