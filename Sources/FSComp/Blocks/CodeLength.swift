import ContextMixing

/// The length of a code, good to a tenth of a bit for each bit coded.
struct CodeLength {
  /// In units of 2^-8 bits.
  private(set) var sum: Int64 = 0

  /// - Parameter probability: of a bit that came, in units of 2^-22, 1 ... 2^22 - 1.
  mutating func add(_ probability: UInt64) {
    let exponent = 63 - probability.leadingZeroBitCount
    // Between powers of two the logarithm is nearly a line.
    let fraction =
      exponent >= 8 ? probability >> UInt64(exponent - 8) : probability << UInt64(8 - exponent)
    sum += Int64(22 - exponent) << 8 - Int64(fraction & 255)
  }
}

extension BlockCode {
  /// How long the code of these bytes would be, in units of 2^-8 bits.
  func codeLength(of bytes: [UInt8], lanes: Int) -> Int64 {
    let layout = LaneLayout(byteCount: bytes.count, laneCount: lanes)
    var length = CodeLength()
    measure(bytes, layout: layout) { length.add($0) }
    return length.sum
  }
}
