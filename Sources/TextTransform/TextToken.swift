import Model

/// A piece of text as the encoder looks at it.
package struct TextToken: BitwiseCopyable {
  package enum Kind: BitwiseCopyable {
    /// Letters that may be a word, spelled in one of the ways that words are. A change from small
    /// letters to a capital ends one, so that `camelCase` is two.
    case word(WordDictionary.Spelling)
    /// A character of UTF-8 that is no letter.
    case character
    /// A byte of anything else.
    case byte
  }

  package var kind: Kind
  /// Bytes.
  package var count: Int

  /// The token that text begins with.
  ///
  /// - Parameter text: at least one byte.
  @inline(__always)
  package init(at text: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
    var next = text
    while next < end && CodedText.isCapitalLetter(next[0]) { next += 1 }
    let capitals = next - text
    if capitals > 1 {
      // In HTMLParser the last capital begins a word.
      let count = Self.letter(at: next, end: end) > 0 ? capitals - 1 : capitals
      self.init(kind: .word(count == 1 ? .capitalized : .upper), count: count)
      return
    }
    while next < end {
      let count = Self.letter(at: next, end: end)
      if count == 0 { break }
      next += count
    }
    if next > text {
      self.init(kind: .word(capitals == 1 ? .capitalized : .small), count: next - text)
      return
    }
    let character = UTF8Character(at: text, end: end)
    self.init(kind: character.count > 1 ? .character : .byte, count: max(character.count, 1))
  }

  /// A letter A to Z as a small one; other bytes as they are.
  @inline(__always)
  package static func small(_ byte: UInt8) -> UInt8 {
    CodedText.isCapitalLetter(byte) ? byte ^ CodedText.caseBit : byte
  }

  private init(kind: Kind, count: Int) {
    self.kind = kind
    self.count = count
  }

  /// How many bytes the letter has that is here, a to z or one beyond ASCII; 0 if there is none.
  @inline(__always)
  private static func letter(at text: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int {
    if text == end { return 0 }
    if CodedText.isSmallLetter(text[0]) { return 1 }
    if text[0] < 0x80 { return 0 }
    let character = UTF8Character(at: text, end: end)
    return character.isLetter ? character.count : 0
  }
}

/// A character of two bytes or more.
struct UTF8Character: BitwiseCopyable {
  /// 2, 3 or 4; 0 if there is none.
  var count = 0
  var scalar: UInt32 = 0

  @inline(__always)
  init(at text: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
    let lead = text[0]
    let byteCount =
      switch lead {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    if byteCount == 0 || end - text < byteCount { return }
    scalar = UInt32(lead) & (0x7F &>> UInt32(byteCount))
    for index in 1..<byteCount {
      if text[index] & 0xC0 != 0x80 { return }
      scalar = scalar &<< 6 | UInt32(text[index] & 0x3F)
    }
    count = byteCount
  }

  /// Whether it is taken for a letter: it is, or belongs to, one of a script whose words are set
  /// apart. Those of others, such as Chinese, are characters of their own.
  @inline(__always)
  var isLetter: Bool {
    count > 0 && scalar >= 0xC0 && scalar < 0x2000 && scalar != 0xD7 && scalar != 0xF7
  }
}
