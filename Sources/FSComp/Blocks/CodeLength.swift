import ContextMixing

/// The length of a code, good to a sixtieth of a bit for each bit coded, and better for likely bits,
/// which most are.
struct CodeLength {
  /// In units of 2^-16 bits.
  private(set) var sum: Int64 = 0

  /// - Parameter probability: of a bit that came, in units of 2^-22, 1 ... 2^22 - 1.
  mutating func add(_ probability: UInt64) {
    let exponent = 63 - probability.leadingZeroBitCount
    let fraction = Int64((probability << UInt64(22 - exponent)) >> 6) & 0xFFFF
    // Between powers of two the logarithm is nearly a parabola: this one has its slope at the upper
    // end, 1 / (2 ln 2).
    let parabola = (fraction * (1 << 16 - fraction)) >> 16
    let bulge = (18_262 * parabola) >> 16
    sum += Int64(22 - exponent) << 16 - fraction - bulge
  }
}

extension BlockCode {
  /// How long the code of these bytes would be, in units of 2^-16 bits.
  func codeLength(of bytes: [UInt8], lanes: Int) -> Int64 {
    let layout = LaneLayout(byteCount: bytes.count, laneCount: lanes)
    var length = CodeLength()
    measure(bytes, layout: layout) { length.add($0) }
    return length.sum
  }
}
