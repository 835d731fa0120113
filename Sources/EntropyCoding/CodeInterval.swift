/// The numbers that still stand for the bits coded so far: all 64-bit fractions in low ... high.
///
/// Both coders keep one and narrow it bit by bit in the same way. Leading bytes on which its ends
/// agree are settled: the encoder emits them, the decoder drops them. Nothing carries into a byte
/// that is already out, so the encoder never has to hold any back. The price is an interval that
/// may get narrow while its ends straddle a byte boundary, which costs less than 2^-20 of the size.
@usableFromInline
struct CodeInterval {
  @usableFromInline var low: UInt64 = 0
  @usableFromInline var high = UInt64.max

  @inlinable
  init() {}

  /// The last number that stands for a 1 bit; always in low ..< high.
  ///
  /// - Parameter probability: of a 1 bit, 1 ... 2^22 - 1.
  @inlinable @inline(__always)
  func split(at probability: UInt64) -> UInt64 {
    let range = high &- low
    let fraction = range & (Probability.one &- 1)
    // range * probability / 2^22, exact: the halves of the product stay below 2^64.
    return low
      &+ (range >> Probability.bits) &* probability
      &+ ((fraction &* probability) >> Probability.bits)
  }

  @inlinable @inline(__always)
  mutating func narrow(to bit: Bool, split: UInt64) {
    if bit { high = split } else { low = split &+ 1 }
  }

  @inlinable @inline(__always)
  var leadingByteIsSettled: Bool { (low ^ high) >> 56 == 0 }

  @inlinable @inline(__always)
  mutating func dropLeadingByte() {
    low <<= 8
    high = high << 8 | 0xFF
  }

  /// The byte that has to follow the settled ones to name a number of the interval, when zeros
  /// follow for ever; nil when zeros alone name one.
  ///
  /// One byte is always enough, as the ends differ in their leading byte. Of those that would do
  /// it is the smallest.
  @inlinable
  var finalByte: UInt8? {
    low == 0 ? nil : UInt8(truncatingIfNeeded: (low &+ (1 << 56 - 1)) >> 56)
  }
}
