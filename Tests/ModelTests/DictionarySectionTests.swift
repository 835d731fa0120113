import Model
import TestSupport
import Testing

@Suite struct DictionarySectionTests {
  @Test func readsWhatItWrote() throws {
    for isRead in [false, true] {
      let dictionary = try WordDictionary.small(isReadByNetworks: isRead)
      let again = try WordDictionary(dictionary.section)
      #expect(again == dictionary)
      #expect(again.isReadByNetworks == isRead)
      #expect(try again.words() == dictionary.words())
      #expect(again.counts == [4, 9, 4])
      #expect(try again.read(byNetworks: !isRead) == .small(isReadByNetworks: !isRead))
    }
  }

  @Test func anyBytesButCapitalsAreWords() throws {
    var generator = SplitMix64(seed: 1)
    let words = (0..<500).map { _ in
      let letters = generator.bytes(generator.next(in: 1...WordDictionary.mostLetters)).map {
        (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
      }
      return WordDictionary.Word(
        letters: letters[...], spelling: generator.next(in: 0...1) == 0 ? .small : .upper)
    }
    let dictionary = try WordDictionary(
      layout: CodeLayout(oneByteCodes: 128, twoByteLeads: 0), isReadByNetworks: false,
      counts: [128, 0, 0], words: Array(words.prefix(128)))
    #expect(try WordDictionary(dictionary.section).words() == Array(words.prefix(128)))
  }

  @Test func whatHasNoPlaceIsRefused() throws {
    func word(_ text: String) -> WordDictionary.Word {
      .init(letters: Array(text.utf8)[...], spelling: .small)
    }
    func make(_ one: Int, _ two: Int, _ counts: [Int], _ words: [WordDictionary.Word]) throws {
      _ = try WordDictionary(
        layout: CodeLayout(oneByteCodes: one, twoByteLeads: two), isReadByNetworks: false,
        counts: counts, words: words)
    }
    try make(1, 127, [1, 0, 0], [word("a")])
    #expect(throws: ModelError.self) { try make(100, 29, [1, 0, 0], [word("a")]) }
    #expect(throws: ModelError.self) { try make(1, 0, [2, 0, 0], [word("a"), word("b")]) }
    #expect(throws: ModelError.self) { try make(1, 127, [0, 0, 1], [word("a")]) }
    #expect(throws: ModelError.self) { try make(1, 0, [1, 0, 0], []) }
    #expect(throws: ModelError.self) { try make(1, 0, [1, 0, 0], [word("")]) }
    #expect(throws: ModelError.self) { try make(1, 0, [1, 0, 0], [word("aB")]) }
    #expect(throws: ModelError.self) {
      try make(1, 0, [1, 0, 0], [word(String(repeating: "a", count: 33))])
    }
  }

  /// - Returns: whether the section is refused; if it is not, it has to be the one form of its
  ///   words.
  private func isRefused(_ section: ModelSection) throws -> Bool {
    guard let dictionary = try? WordDictionary(section), let words = try? dictionary.words()
    else { return true }
    let again = try WordDictionary(
      layout: dictionary.layout, isReadByNetworks: dictionary.isReadByNetworks,
      counts: dictionary.counts, words: words)
    #expect(again.section == section)
    return false
  }

  /// What is left of the code may be the code of other last words. The section's checksum has to
  /// notice that.
  @Test func everyTruncationIsRefusedOrMeant() throws {
    let section = try WordDictionary.small().section
    let header = 15
    var refused = 0
    for count in 0..<section.payload.count {
      let isRefused = try isRefused(ModelSection(.dictionary, section.payload.prefix(count)))
      #expect(isRefused || count > header)
      if isRefused { refused += 1 }
    }
    #expect(refused > section.payload.count / 2)
    #expect(try isRefused(section.changing { $0.append(0) }))
    #expect(try isRefused(section.changing { $0.append(1) }))
  }

  /// Words are letters, and other letters are other words: what is refused is what says how many.
  @Test func everyFlippedBitIsRefusedOrMeant() throws {
    let section = try WordDictionary.small().section
    var refused = 0
    for index in 0..<section.payload.count {
      for bit in 0..<8 where try isRefused(section.changing({ $0[index] ^= 1 << bit })) {
        refused += 1
      }
    }
    #expect(refused > 2 * section.payload.count)
  }

  @Test func manyWordsInFewBytesCostNothing() throws {
    // 262,144 words, and no code for them.
    let section = ModelSection(.dictionary, [0, 0, 0] + Array(repeating: 0, count: 10) + [4, 0])
    #expect(throws: ModelError.self) { try WordDictionary(section).words() }
  }
}
