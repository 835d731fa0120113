import Platform

/// A short name for texts, to tell others from them.
public enum TextFingerprint {
  /// Sizes and hashes.
  public static func of(_ texts: [[UInt8]]) -> String {
    texts.map { "\($0.count):" + String(XXH64.hash($0.span), radix: 16) }.joined(separator: " ")
  }
}
