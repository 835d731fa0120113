import Prediction

/// A short name for texts, to tell others from them.
public enum TextFingerprint {
  /// Sizes and hashes.
  public static func of(_ texts: [[UInt8]]) -> String {
    texts.map { "\($0.count):" + String(ModelFile.checksum($0[...]), radix: 16) }
      .joined(separator: " ")
  }
}
