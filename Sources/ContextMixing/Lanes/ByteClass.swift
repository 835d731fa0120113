/// The classes of bytes: letters, digits and bytes from 128 on are one each, and in coded text those
/// of codes; all others stay themselves.
package enum ByteClass {
  package static let letter: UInt8 = 1
  package static let digit: UInt8 = 2
  package static let high: UInt8 = 3
  /// A byte of a code of several bytes.
  package static let code: UInt8 = 0x80
  /// A code of one byte; with three bits that tell them apart.
  package static let shortCode: UInt8 = 0x88

  static func of(_ byte: UInt8) -> UInt8 {
    let lowercase = byte | 0x20
    if lowercase >= 0x61 && lowercase <= 0x7A { return letter }
    if byte >= 0x30 && byte <= 0x39 { return digit }
    return byte >= 0x80 ? high : byte
  }

  /// Whether a byte of this class ends a field: all do but those of names and numbers.
  @inline(__always)
  package static func endsField(_ byteClass: UInt8) -> Bool {
    switch byteClass {
    case letter, digit, high, 0x2D, 0x2E, 0x5F: false
    default: byteClass < code
    }
  }
}
