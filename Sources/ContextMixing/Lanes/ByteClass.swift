/// The classes of bytes: letters, digits and bytes from 128 on are one each; all others stay
/// themselves.
enum ByteClass {
  static let letter: UInt64 = 1
  static let digit: UInt64 = 2
  static let high: UInt64 = 3

  @inline(__always)
  static func of(_ byte: UInt8) -> UInt64 {
    let lowercase = byte | 0x20
    if lowercase >= 0x61 && lowercase <= 0x7A { return letter }
    if byte >= 0x30 && byte <= 0x39 { return digit }
    return byte >= 0x80 ? high : UInt64(byte)
  }

  /// Whether a byte of this class ends a field: all do but those of names and numbers.
  @inline(__always)
  static func endsField(_ byteClass: UInt64) -> Bool {
    switch byteClass {
    case letter, digit, high, 0x2D, 0x2E, 0x5F: false
    default: true
    }
  }
}
