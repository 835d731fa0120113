/// What the bytes of coded text mean, besides the codes of words, which are made of bytes from 128
/// on. docs/format.md defines coded text byte by byte.
package enum CodedText {
  /// The word that follows is spelled with a capital at its beginning, if it is usually not, and
  /// otherwise in small letters. Before a small letter it makes that a capital.
  package static let capital: UInt8 = 0x7F
  /// The word that follows is spelled in capitals, if it is usually not, and otherwise in small
  /// letters.
  package static let upper: UInt8 = 0x0B
  /// What follows stands for itself: a flag, or bytes from 128 on, as many as there are in a row.
  package static let escape: UInt8 = 0x0C

  /// What is no code from here on down.
  static let firstCode: UInt8 = 0x80

  @inline(__always)
  package static func isFlag(_ byte: UInt8) -> Bool { byte == capital || byte == upper || byte == escape }

  @inline(__always)
  static func isSmallLetter(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }

  @inline(__always)
  static func isCapitalLetter(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }

  /// What makes a capital of a small letter, and the other way round.
  static let caseBit: UInt8 = 0x20
}

/// Why bytes are not coded text.
package enum CodedTextError: Error, Equatable, Sendable {
  /// A code, a flag or an escape at the end has nothing after it that it asks for.
  case incomplete
  /// A lead is followed by a byte that no code has, or no word has the code.
  case unknownCode
  /// A flag stands before something that has no capitals, or an escape before what needs none.
  case misplacedFlag
  /// The plain text is longer, or shorter, than it was said to be.
  case wrongSize
}
