import CKernels

/// f(v) = tanh(v / 2) in Q15, of `v` in Q12, -8 <= v < 8; the result is in -32746...32746.
///
/// The one function behind both activations: quadratic in each of 32 segments of a quarter,
/// through the exact values at both ends and in the middle; odd by construction. Within 4 units
/// of the last place.
@inline(__always)
package func tanhHalf(_ v: Int16) -> Int32 {
  // The magnitude of -8 is taken as the largest below 8.
  let magnitude = v < 0 ? (v == .min ? 32767 : 0 &- Int32(v)) : Int32(v)
  let segment = Int(magnitude &>> 10)  // 0...31
  let t = (magnitude & 1023) &<< 5  // position in the segment, Q15, 0 ..< 1
  let (c0, c1, c2) = tanhHalfSegment(segment)
  // |c2| <= 197, 0 < c1 <= 4107, 0 <= c0 <= 32740: sums stay far inside 16 bits.
  let slope = c1 &+ multiplyHigh(c2, t)
  let value = c0 &+ multiplyHigh(slope, t)
  return v < 0 ? 0 &- value : value
}

/// The coefficients of f in segment `k` (0...31): f(k/4 + t/4) = c0 + c1 t + c2 t^2, Q15.
@inline(__always)
package func tanhHalfSegment(_ k: Int) -> (c0: Int32, c1: Int32, c2: Int32) {
  withUnsafePointer(to: fsc_tanh_half_segments) { table in
    table.withMemoryRebound(to: Int16.self, capacity: 96) {
      (Int32($0[k]), Int32($0[32 + k]), Int32($0[64 + k]))
    }
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
