/// Tells text from other bytes.
enum TextKind {
  private static let sampledBytes = 1 << 16
  /// One control character in this many bytes is no text.
  private static let bytesPerControl = 32

  /// By what `grep` and `git` go by, a zero byte, or by many other control characters.
  static func isBinary(_ bytes: [UInt8]) -> Bool {
    var controls = 0
    for byte in bytes.prefix(sampledBytes) {
      if byte == 0 { return true }
      if byte < 32 && !isOfText(byte) { controls += 1 }
    }
    return controls * bytesPerControl > min(bytes.count, sampledBytes)
  }

  /// Backspaces, tabs, ends of lines and pages, escapes.
  private static func isOfText(_ byte: UInt8) -> Bool { 8...13 ~= byte || byte == 27 }
}
