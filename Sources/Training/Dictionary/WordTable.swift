import Model
import TextTransform

/// How often each word of a text occurs in each spelling.
struct WordTable {
  /// [words]: how often, by spelling.
  private(set) var counts: [SIMD4<UInt32>] = []
  private var letters: [UInt8] = []
  private var ends: [Int] = [0]
  /// Numbers of words plus 1 at the places of their hashes; at most half full.
  private var places = [UInt32](repeating: 0, count: 1 << 16)

  var wordCount: Int { counts.count }

  func word(_ number: Int) -> ArraySlice<UInt8> { letters[ends[number]..<ends[number + 1]] }

  /// The words of a text, and its characters beyond ASCII that are no letters.
  init(_ text: [UInt8]) {
    text.withUnsafeBufferPointer { text in
      guard var next = text.baseAddress else { return }
      let end = next + text.count
      while next < end {
        let token = TextToken(at: next, end: end)
        switch token.kind {
        case .byte: break
        case .character: count(next, token.count, .small)
        case .word(let spelling): count(next, token.count, spelling)
        }
        next += token.count
      }
    }
  }

  private mutating func count(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ spelling: WordDictionary.Spelling
  ) {
    if count < 2 || count > WordDictionary.mostLetters { return }
    let start = letters.count
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<count {
      let letter = TextToken.small(text[index])
      letters.append(letter)
      hash = (hash ^ UInt64(letter)) &* 0x100_0000_01B3
    }
    let number = number(ofLettersFrom: start, hash: hash)
    counts[number][Int(spelling.rawValue)] += 1
  }

  /// The number of the word that has been appended to `letters`, which a known one leaves again.
  private mutating func number(ofLettersFrom start: Int, hash: UInt64) -> Int {
    let count = letters.count - start
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
    while places[place] != 0 {
      let number = Int(places[place] - 1)
      let first = ends[number]
      if ends[number + 1] - first == count && areEqual(first, start, count: count) {
        letters.removeLast(count)
        return number
      }
      place = (place + 1) & mask
    }
    ends.append(letters.count)
    counts.append(.zero)
    places[place] = UInt32(counts.count)
    if 2 * counts.count > places.count { grow() }
    return counts.count - 1
  }

  private func areEqual(_ one: Int, _ other: Int, count: Int) -> Bool {
    for index in 0..<count where letters[one + index] != letters[other + index] { return false }
    return true
  }

  private mutating func grow() {
    places = [UInt32](repeating: 0, count: 2 * places.count)
    let mask = places.count - 1
    for number in counts.indices {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for letter in word(number) { hash = (hash ^ UInt64(letter)) &* 0x100_0000_01B3 }
      var place = Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
      while places[place] != 0 { place = (place + 1) & mask }
      places[place] = UInt32(number + 1)
    }
  }
}
