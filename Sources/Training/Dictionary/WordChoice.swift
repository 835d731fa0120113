import Model

/// A word that may come into the dictionary.
struct Candidate {
  var letters: [UInt8]
  /// Weighted counts by spelling.
  var counts: SIMD4<Double>

  var count: Double { counts.sum() }

  var spelling: WordDictionary.Spelling {
    if counts[1] > counts[0] && counts[1] >= counts[2] { return .capitalized }
    return counts[2] > counts[0] && counts[2] > counts[1] ? .upper : .small
  }
}

/// Which words get codes, and how long these are.
struct WordChoice {
  /// A word that is seen less often in a text is not worth to be remembered.
  private static let fewestCounts: UInt32 = 3

  /// [3]: the words with codes of one, two and three bytes, each in the order of their letters.
  let words: [[Candidate]]

  /// - Parameter limits: [3], how many words may have codes of each length.
  init(_ texts: [DictionaryText], limits: [Int]) {
    var rest = Self.candidates(texts)
    var words: [[Candidate]] = []
    for (index, limit) in limits.enumerated() {
      let codeLength = index + 1
      // Bytes that are saved; a word of letters that are as many as those of its code saves none,
      // but a longer code that stands for a word as a whole is still easier to foresee.
      func saving(_ word: Candidate) -> Double {
        codeLength < 3 ? word.count : word.count * (Double(word.letters.count) - 2.5)
      }
      rest.sort {
        let (one, other) = (saving($0), saving($1))
        return one == other ? $0.letters.lexicographicallyPrecedes($1.letters) : one > other
      }
      var chosen: [Candidate] = []
      var left: [Candidate] = []
      for word in rest {
        if chosen.count < limit && word.letters.count > codeLength {
          chosen.append(word)
        } else {
          left.append(word)
        }
      }
      words.append(chosen.sorted { $0.letters.lexicographicallyPrecedes($1.letters) })
      rest = left
    }
    self.words = words
  }

  private static func candidates(_ texts: [DictionaryText]) -> [Candidate] {
    var candidates: [ArraySlice<UInt8>: SIMD4<Double>] = [:]
    for text in texts {
      let table = WordTable(text.bytes)
      for number in 0..<table.wordCount where table.counts[number].wrappedSum() >= fewestCounts {
        candidates[ArraySlice(Array(table.word(number))), default: .zero] +=
          text.weight * SIMD4<Double>(table.counts[number])
      }
    }
    return candidates.map { Candidate(letters: Array($0), counts: $1) }
  }
}
