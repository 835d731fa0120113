import Testing

/// Data to compress.
enum Sample: String, CaseIterable, CustomTestStringConvertible {
  case nothing, oneByte, sentences, randomBytes

  var testDescription: String { rawValue }

  var bytes: [UInt8] {
    switch self {
    case .nothing: []
    case .oneByte: [0]
    case .sentences: Self.text
    case .randomBytes: Self.noise(3_000)
    }
  }

  /// A few sentences.
  static let text = Array(
    String(
      repeating: "A byte stream is cut into blocks; the blocks are cut into lanes. ", count: 20
    ).utf8)

  /// Bytes without pattern, the same every time.
  static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }
}
