import Model
import TestSupport
import Testing
import Training

@Suite struct DictionaryMakerTests {
  /// Sentences of a name, a verb and a thing, some twice as often as others.
  private func sentences(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    let names = ["Anna", "Berta", "Carla", "Doris", "Emma", "Frida", "Gerda", "Hanna"]
    let verbs = ["takes", "makes", "breaks", "leaves", "gives", "keeps", "sells", "loves"]
    let things = ["bread", "water", "silver", "paper", "honey", "linen", "amber", "copper"]
    var generator = SplitMix64(seed: seed)
    return (0..<count).flatMap { _ in
      let words = [names, verbs, things].map { $0[generator.next(in: 0...7) % 8] }
      return Array((words.joined(separator: " ") + ". NASA.\n").utf8)
    }
  }

  private func words(_ dictionary: WordDictionary) throws -> [String] {
    try dictionary.words().map { String(decoding: $0.letters, as: UTF8.self) }
  }

  @Test func findsWordsAndTheirSpellings() throws {
    let dictionary = try DictionaryMaker.dictionary(
      of: [DictionaryText(sentences(2000), share: 1)], wordCount: 1000)
    let spellings = Dictionary(
      uniqueKeysWithValues: zip(try words(dictionary), try dictionary.words().map(\.spelling)))
    #expect(spellings.count == 25)
    #expect(spellings["anna"] == .capitalized)
    #expect(spellings["bread"] == .small)
    #expect(spellings["nasa"] == .upper)
    #expect(dictionary.counts == [25, 0, 0])
    #expect(!dictionary.isReadByNetworks)
  }

  @Test func theSameTextsMakeTheSameDictionary() throws {
    let texts = [
      DictionaryText(sentences(500), share: 2), DictionaryText(sentences(700, seed: 2), share: 1),
    ]
    let one = try DictionaryMaker.dictionary(of: texts, wordCount: 20)
    #expect(try DictionaryMaker.dictionary(of: texts, wordCount: 20).section == one.section)
    #expect(one.wordCount == 20)
  }

  /// Words of a kind have codes that begin with the same bits.
  @Test func wordsThatBehaveAlikeStandTogether() throws {
    let dictionary = try DictionaryMaker.dictionary(
      of: [DictionaryText(sentences(4000), share: 1)], wordCount: 1000)
    let kinds = try dictionary.words().filter { $0.letters.count != 4 || $0.spelling != .upper }
      .map { word -> Int in
        if word.spelling == .capitalized { return 0 }
        return word.letters.last == UInt8(ascii: "s") ? 1 : 2
      }
    #expect(kinds.count == 24)
    // Each kind once only.
    #expect(zip(kinds, kinds.dropFirst()).count { $0 != $1 } <= 3)
  }

  @Test func sharesDecide() throws {
    let one = Array(String(repeating: "honey water ", count: 100).utf8)
    let other = Array(String(repeating: "silver copper ", count: 100).utf8)
    func chosen(_ share: Double) throws -> Set<String> {
      Set(
        try words(
          DictionaryMaker.dictionary(
            of: [DictionaryText(one, share: share), DictionaryText(other, share: 1)],
            wordCount: 2)))
    }
    #expect(try chosen(10) == ["honey", "water"])
    #expect(try chosen(0.1) == ["silver", "copper"])
  }

  @Test func textsWithoutWordsMakeAnEmptyOne() throws {
    for text in [[], Array("1 2 3 a b c a b c".utf8)] {
      let dictionary = try DictionaryMaker.dictionary(
        of: [DictionaryText(text, share: 1)], wordCount: 10)
      #expect(dictionary.counts == [0, 0, 0])
    }
  }
}
