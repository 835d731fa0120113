import Platform

/// Steele, Lea and Flood's generator: 64 bits of state, every seed good, the same everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Uniform in -1..<1, on a grid of 2^-23 so that no rounding is involved.
  mutating func nextSigned() -> Float {
    Float(Int32(truncatingIfNeeded: next() >> 40) - (1 << 23)) * 0x1p-23
  }

  /// From the normal distribution, by Box and Muller's method.
  mutating func nextNormal() -> Float {
    let radius = Double(next() >> 11 + 1) * 0x1p-53  // in 0 < r <= 1
    let angle = Double(next() >> 11) * 0x1p-53
    return Float((-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle))
  }
}
