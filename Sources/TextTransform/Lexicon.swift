import Model
import Platform

/// A dictionary that is ready for use: codes are found by words, and words by codes.
///
/// Copies share their storage, which never changes: any number of threads may use one at a time.
package struct Lexicon: Sendable {
  let layout: CodeLayout
  private let letters: SharedBuffer<UInt8>
  /// In the order of the dictionary.
  private let entries: SharedBuffer<Entry>
  /// By length of the code, 1...3: the number of the first word, and of words.
  private let firsts: (Int, Int, Int)
  private let counts: (Int, Int, Int)
  /// Numbers of words plus 1 at the places of their hashes, 0 where there is none; at most half
  /// full.
  private let places: SharedBuffer<UInt32>

  /// Where a word's letters are, and how it is spelled.
  struct Entry: BitwiseCopyable {
    var start: UInt32
    var count: UInt8
    var spelling: UInt8
  }

  /// - Throws: `ModelError` if the file that the dictionary is from has not the words that it says.
  package init(_ dictionary: WordDictionary) throws(ModelError) {
    let words = try dictionary.words()
    layout = dictionary.layout
    let numbers = dictionary.counts
    counts = (numbers[0], numbers[1], numbers[2])
    firsts = (0, numbers[0], numbers[0] + numbers[1])
    let letterCount = words.reduce(0) { $0 + $1.letters.count }
    letters = SharedBuffer(count: max(letterCount, 1))
    entries = SharedBuffer(count: max(words.count, 1))
    var placeCount = 16
    while placeCount < 2 * words.count { placeCount *= 2 }
    places = SharedBuffer(count: placeCount)
    var next = 0
    for (number, word) in words.enumerated() {
      entries.memory[number] = Entry(
        start: UInt32(next), count: UInt8(word.letters.count), spelling: word.spelling.rawValue)
      for letter in word.letters {
        letters.memory[next] = letter
        next += 1
      }
      insert(number)
    }
  }

  // MARK: Words by codes

  @inline(__always)
  func entry(_ number: Int) -> Entry { entries.memory[number] }

  @inline(__always)
  func letters(of entry: Entry) -> UnsafePointer<UInt8> {
    UnsafePointer(letters.base + Int(entry.start))
  }

  /// The number of the word with a code; nil if there is none.
  ///
  /// - Parameter code: as many bytes as its lead asks for, all from 128 on.
  @inline(__always)
  func number(code: UnsafePointer<UInt8>, length: Int) -> Int? {
    var index = Int(code[0] & 0x7F)
    switch length {
    case 1: return index < counts.0 ? index : nil
    case 2:
      index = (index &- layout.oneByteCodes) &<< 7 | Int(code[1] & 0x7F)
      return index < counts.1 ? firsts.1 &+ index : nil
    default:
      index &-= layout.oneByteCodes &+ layout.twoByteLeads
      index = (index &<< 7 | Int(code[1] & 0x7F)) &<< 7 | Int(code[2] & 0x7F)
      return index < counts.2 ? firsts.2 &+ index : nil
    }
  }

  // MARK: Codes by words

  /// Appends the code of a word.
  @inline(__always)
  func appendCode(of number: Int, to bytes: inout [UInt8]) {
    if number < firsts.1 {
      bytes.append(0x80 | UInt8(truncatingIfNeeded: number))
    } else if number < firsts.2 {
      let index = number &- firsts.1
      let lead = layout.oneByteCodes &+ index &>> 7
      bytes.append(0x80 | UInt8(truncatingIfNeeded: lead))
      bytes.append(0x80 | UInt8(truncatingIfNeeded: index))
    } else {
      let index = number &- firsts.2
      let lead = layout.oneByteCodes &+ layout.twoByteLeads &+ index &>> 14
      bytes.append(0x80 | UInt8(truncatingIfNeeded: lead))
      bytes.append(0x80 | UInt8(truncatingIfNeeded: index &>> 7))
      bytes.append(0x80 | UInt8(truncatingIfNeeded: index))
    }
  }

  /// The hash of letters, one after the other.
  struct Hash: BitwiseCopyable {
    private var value: UInt32 = 0

    @inline(__always)
    mutating func append(_ letter: UInt8) {
      value = (value ^ UInt32(letter)) &* 0x9E37_79B1
      value ^= value &>> 15
    }

    @inline(__always)
    func place(mask: Int) -> Int { Int(value) & mask }
  }

  /// The number of the word of these letters; nil if there is none.
  @inline(__always)
  func number(of word: UnsafePointer<UInt8>, count: Int, hash: Hash) -> Int? {
    let mask = places.count &- 1
    var place = hash.place(mask: mask)
    while places.memory[place] != 0 {
      let number = Int(places.memory[place] &- 1)
      let entry = entries.memory[number]
      if Int(entry.count) == count && Self.areEqual(letters(of: entry), word, count: count) {
        return number
      }
      place = (place &+ 1) & mask
    }
    return nil
  }

  /// The number of a token's word, in whatever spelling it is; nil if there is none.
  package func number(ofToken token: UnsafePointer<UInt8>, count: Int) -> Int? {
    if count > WordDictionary.mostLetters { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { word in
      guard let letters = word.baseAddress else { return nil }
      var hash = Hash()
      for index in 0..<count {
        letters[index] = TextToken.small(token[index])
        hash.append(letters[index])
      }
      return number(of: letters, count: count, hash: hash)
    }
  }

  @inline(__always)
  private static func areEqual(
    _ one: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, count: Int
  ) -> Bool {
    for index in 0..<count where one[index] != other[index] { return false }
    return true
  }

  /// Of equal words the first is found.
  private func insert(_ number: Int) {
    let entry = entries.memory[number]
    let word = letters(of: entry)
    var hash = Hash()
    for index in 0..<Int(entry.count) { hash.append(word[index]) }
    if self.number(of: word, count: Int(entry.count), hash: hash) != nil { return }
    let mask = places.count - 1
    var place = hash.place(mask: mask)
    while places.memory[place] != 0 { place = (place + 1) & mask }
    places.memory[place] = UInt32(number + 1)
  }
}
