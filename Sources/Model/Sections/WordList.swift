/// How the words of a dictionary stand in a model file: of each a byte with the number of its letters
/// and, in the two highest bits, how it is spelled; then the letters.
enum WordList {
  private static let countBits: UInt8 = 6

  static func bytes(of words: [WordDictionary.Word]) -> [UInt8] {
    words.flatMap { word in
      [word.spelling.rawValue << countBits | UInt8(word.letters.count)] + word.letters
    }
  }

  /// - Returns: this many words; nil unless `bytes` are those of these and nothing else.
  static func words(_ count: Int, in bytes: ArraySlice<UInt8>) -> [WordDictionary.Word]? {
    var words: [WordDictionary.Word] = []
    words.reserveCapacity(count)
    var next = bytes.startIndex
    while words.count < count {
      guard next < bytes.endIndex,
        let spelling = WordDictionary.Spelling(rawValue: bytes[next] >> countBits)
      else { return nil }
      let letterCount = Int(bytes[next] & (1 << countBits - 1))
      let end = next + 1 + letterCount
      guard (1...WordDictionary.mostLetters).contains(letterCount), end <= bytes.endIndex else {
        return nil
      }
      let letters = bytes[next + 1..<end]
      if letters.contains(where: WordDictionary.isCapital) { return nil }
      words.append(WordDictionary.Word(letters: letters, spelling: spelling))
      next = end
    }
    return next == bytes.endIndex ? words : nil
  }
}
