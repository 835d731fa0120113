import ContextMixing

/// Tells blocks of text from blocks of other data.
///
/// In data that is partly text, contexts of records are worth their time: only sets of contexts that have
/// them are for it.
package enum PlainText {
  /// Text may have this share of control characters, such as a program's output has,
  private static let mostControls = 256
  /// and this one of bytes that are foreign to UTF-8: letters of an older encoding.
  private static let mostForeign = 8

  /// - Parameter bytes: at least one.
  package static func isLikely(_ bytes: [UInt8]) -> Bool {
    var (controls, foreign) = (0, 0)
    var previous: UInt8 = 0
    for byte in bytes {
      controls += BinaryDetector.isControl(byte) ? 1 : 0
      foreign += BinaryDetector.mayFollow(previous, byte) ? 0 : 1
      previous = byte
    }
    return controls <= bytes.count / mostControls && foreign <= bytes.count / mostForeign
  }
}
