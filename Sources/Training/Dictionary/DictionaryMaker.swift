import Model

/// Makes a dictionary of the words that some texts are made shorter with.
///
/// Words are chosen by what they save, and ordered so that those whose codes begin with the same
/// bits behave alike. The same texts make the same dictionary.
package enum DictionaryMaker {
  package static let defaultWordCount = 48_192

  /// - Parameters:
  ///   - texts: at least one.
  ///   - wordCount: how many words there may be, at most `WordDictionary.mostWords`.
  /// - Throws: `ModelError` if there can be no such dictionary.
  package static func dictionary(
    of texts: [DictionaryText], wordCount: Int
  ) throws -> WordDictionary {
    let layout = try CodeLayout(oneByteCodes: 64, twoByteLeads: 56)
    var left = wordCount
    let limits = layout.capacities.map { capacity in
      defer { left -= min(left, capacity) }
      return min(left, capacity)
    }
    let choice = WordChoice(texts, limits: limits)
    let words = choice.words.flatMap { $0 }
    let order = WordOrder(words, NeighbourVectors(of: words, in: texts))
    var ordered: [WordDictionary.Word] = []
    var first = 0
    for group in choice.words {
      for number in order.order(Array(first..<first + group.count)) {
        ordered.append(.init(letters: words[number].letters[...], spelling: words[number].spelling))
      }
      first += group.count
    }
    return try WordDictionary(
      layout: layout, isReadByNetworks: false, counts: choice.words.map { $0.count },
      words: ordered)
  }
}
