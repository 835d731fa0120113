import ContextMixing

/// What sets of contexts are chosen by in blocks without the network.
///
/// In data that is partly text, contexts of records are worth their time: only sets of contexts that have
/// them are for it.
package enum BlockContent: CaseIterable, Sendable {
  case data
  case text
  /// Text of so few bytes that time hardly counts.
  case shortText

  /// Text may have this share of control characters, such as a program's output has,
  private static let mostControls = 256
  /// and this one of bytes that are foreign to UTF-8: letters of an older encoding.
  private static let mostForeign = 8
  private static let mostShort = 2 << 20

  /// - Parameter bytes: at least one.
  package init(_ bytes: [UInt8]) {
    var (controls, foreign) = (0, 0)
    var previous: UInt8 = 0
    for byte in bytes {
      controls += BinaryDetector.isControl(byte) ? 1 : 0
      foreign += BinaryDetector.mayFollow(previous, byte) ? 0 : 1
      previous = byte
    }
    let isText =
      controls <= bytes.count / Self.mostControls && foreign <= bytes.count / Self.mostForeign
    self = isText ? Self(textOf: bytes.count) : .data
  }

  /// - Parameter byteCount: of the plain text.
  package init(textOf byteCount: Int) { self = byteCount <= Self.mostShort ? .shortText : .text }
}
