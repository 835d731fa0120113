/// The inverse of `ArithmeticEncoder`: given the same probabilities, it returns the same bits.
///
/// It accepts any payload: a damaged one yields wrong bits, which `hasOverrun` and `isExact`
/// detect in part and a checksum of the decoded bytes must detect in full.
public struct ArithmeticDecoder {
  @usableFromInline var interval = CodeInterval()
  @usableFromInline var code: UInt64 = 0
  @usableFromInline let payload: UnsafeBufferPointer<UInt8>
  /// Bytes taken into `code` so far, with the zeros imagined after the end of the payload.
  @usableFromInline var position = 0

  /// - Parameter payload: what the encoder returned. It must outlive the decoder.
  @inlinable
  public init(payload: UnsafeBufferPointer<UInt8>) {
    self.payload = payload
    for _ in 0..<8 { takeByte() }
  }

  @inlinable @inline(__always)
  mutating func takeByte() {
    let byte = position < payload.count ? payload[position] : 0
    code = code << 8 | UInt64(byte)
    position &+= 1
  }

  /// Decodes one bit.
  ///
  /// - Parameter probability: that the bit is 1, in units of 2^-22: 1 ... 2^22 - 1; the same
  ///   value that the encoder was given.
  @inlinable @inline(__always)
  public mutating func decodeBit(probability: UInt64) -> Bool {
    let split = interval.split(at: probability)
    let bit = code <= split
    interval.narrow(to: bit, split: split)
    while interval.leadingByteIsSettled {
      interval.dropLeadingByte()
      takeByte()
    }
    return bit
  }

  /// Decodes one byte. `tree` is as in `ArithmeticEncoder.encode(_:tree:)`.
  @inlinable @inline(__always)
  public mutating func decodeByte(tree: UnsafePointer<UInt32>) -> UInt8 {
    var node = 1
    repeat {
      let probability = Probability.ofOne(tree[2 &* node &+ 1], outOf: tree[node])
      node = 2 &* node &+ (decodeBit(probability: probability) ? 1 : 0)
    } while node < 256
    return UInt8(truncatingIfNeeded: node)
  }

  /// How many bytes of the payload were taken so far.
  @inlinable
  public var byteCount: Int { min(position, payload.count) }

  /// Whether more bytes were taken than any encoder leaves to be imagined. The payload is damaged
  /// then, and to go on would be a waste of time.
  @inlinable @inline(__always)
  public var hasOverrun: Bool { position > payload.count &+ 8 }

  /// Whether the payload is, to its last byte, what the encoder makes of the bits decoded so far.
  /// To be asked after the last bit.
  public var isExact: Bool {
    let settled = position - 8
    guard settled <= payload.count else { return false }
    let rest = payload[settled...]
    guard let final = interval.finalByte else { return rest.isEmpty }
    return rest.count == 1 && rest.first == final
  }
}
