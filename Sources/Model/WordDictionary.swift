import Platform

/// Words that text is made shorter with, each in the place of its code.
///
/// They stay in the compact form of the model file until somebody wants them: that takes longer
/// than many a short text.
package struct WordDictionary: Equatable, Sendable {
  /// How a word is written: as it is, with its first letter a capital, or all of them. Only the
  /// letters a to z have capitals here.
  package enum Spelling: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case small
    case capitalized
    case upper
  }

  package struct Word: Equatable, Sendable {
    /// None of them A to Z: how the word is usually spelled is kept apart from them.
    package var letters: ArraySlice<UInt8>
    package var spelling: Spelling

    package init(letters: ArraySlice<UInt8>, spelling: Spelling) {
      self.letters = letters
      self.spelling = spelling
    }
  }

  /// The longest word, in bytes.
  package static let mostLetters = 32
  /// The most words.
  package static let mostWords = 1 << 18

  package let layout: CodeLayout
  /// Whether the networks of the model have been trained on text coded with these words, so that
  /// they have to be shown such.
  package let isReadByNetworks: Bool
  /// [3]: how many words have codes of one, two and three bytes.
  package let counts: [Int]
  /// All words, as `WordList` has them.
  let code: SharedSlice<UInt8>

  /// - Parameters:
  ///   - counts: [3], with the sum `words.count`.
  ///   - words: in the order of their codes, the shortest codes first; each of 1 ... `mostLetters`
  ///     bytes.
  /// - Throws: `ModelError` if that is not so, or if there are more words than codes.
  package init(
    layout: CodeLayout, isReadByNetworks: Bool, counts: [Int], words: [Word]
  ) throws(ModelError) {
    guard counts.reduce(0, +) == words.count else { throw .valueOutOfRange("number of words") }
    for word in words {
      guard (1...Self.mostLetters).contains(word.letters.count),
        !word.letters.contains(where: Self.isCapital)
      else { throw .valueOutOfRange("word") }
    }
    try self.init(
      layout: layout, isReadByNetworks: isReadByNetworks, counts: counts,
      code: SharedSlice(WordList.bytes(of: words)))
  }

  /// - Parameter code: not looked at yet.
  init(
    layout: CodeLayout, isReadByNetworks: Bool, counts: [Int], code: SharedSlice<UInt8>
  ) throws(ModelError) {
    guard counts.count == 3, counts.reduce(0, +) <= Self.mostWords else {
      throw .valueOutOfRange("number of words")
    }
    for (count, capacity) in zip(counts, layout.capacities) where count > capacity {
      throw .valueOutOfRange("number of words")
    }
    self.layout = layout
    self.isReadByNetworks = isReadByNetworks
    self.counts = counts
    self.code = code
  }

  static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

  package var wordCount: Int { counts.reduce(0, +) }

  /// All words in the order of their codes, the shortest codes first.
  ///
  /// - Throws: `ModelError` if the file has none there, or another number.
  package func words() throws(ModelError) -> [Word] {
    let bytes = code.withUnsafeBufferPointer { Array($0) }
    guard let words = WordList.words(wordCount, in: bytes[...]) else {
      throw .valueOutOfRange("words of DICT")
    }
    return words
  }

  /// The same words for networks that have, or have not, been trained on text coded with them.
  package func read(byNetworks isRead: Bool) throws(ModelError) -> WordDictionary {
    try WordDictionary(layout: layout, isReadByNetworks: isRead, counts: counts, code: code)
  }
}
