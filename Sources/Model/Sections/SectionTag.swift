/// What a section of a model file is: four ASCII letters.
///
/// Tags are ordered as their bytes are, and so are the sections of a file. A reader that does not
/// know a tag may skip its section if the first letter is a small one, and must not use the model
/// otherwise (as in PNG).
package struct SectionTag: Hashable, Comparable, Sendable {
  /// The first letter in the highest byte.
  package let rawValue: UInt32

  /// Words and their codes: `WordDictionary`.
  package static let dictionary = SectionTag("DICT")
  /// What people should know of the model: `ModelMetadata`.
  package static let metadata = SectionTag("META")
  /// What mixers begin with: `MixerBeginnings`, a section for each.
  package static let beginnings = SectionTag("MIXB")
  /// A network: `QuantizedNetwork`, a section for each.
  package static let network = SectionTag("NETW")
  /// What contexts know beforehand: `PriorTable`.
  package static let prior = SectionTag("PRIO")

  /// nil unless these are four letters.
  package init?(bytes: some Collection<UInt8>) {
    let isLetter = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard bytes.count == 4, bytes.allSatisfy(isLetter) else { return nil }
    rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private init(_ letters: StaticString) {
    rawValue = letters.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
  }

  package var bytes: [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - 8 * $0)) }
  }

  /// Whether readers that do not know it may do without.
  package var maySkip: Bool { rawValue >> 24 & 0x20 != 0 }

  package static func < (a: SectionTag, b: SectionTag) -> Bool { a.rawValue < b.rawValue }
}

extension SectionTag: CustomStringConvertible {
  package var description: String { String(decoding: bytes, as: UTF8.self) }
}
