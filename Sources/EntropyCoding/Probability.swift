/// The scale on which the coder's probabilities are written.
public enum Probability {
  /// Probabilities are integers in units of 2^-22.
  public static let bits: UInt64 = 22
  /// The certain event. Never used as a probability: both bits stay possible.
  public static let one: UInt64 = 1 << bits

  /// The probability of a 1 bit when `ones` of `total` point to it, within 1 ... `one` - 1.
  ///
  /// - Parameters:
  ///   - ones: how often the bit is 1; at most `total`.
  ///   - total: how often it is either; at least 1.
  @inlinable @inline(__always)
  public static func ofOne(_ ones: UInt32, outOf total: UInt32) -> UInt64 {
    let quotient = (UInt64(ones) << bits) / UInt64(total)
    return min(max(quotient, 1), one &- 1)
  }
}
