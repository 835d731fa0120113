import Model

/// Turns text, or any other bytes, into coded text.
///
/// A decoder does not depend on how the encoder cuts text into words.
package struct TextEncoder: Sendable {
  /// Of a longer word that is not in the dictionary, the code of one that it begins with is used,
  /// if that has this many letters.
  private static let shortestBeginning = 5

  private let lexicon: Lexicon

  package init(_ lexicon: Lexicon) { self.lexicon = lexicon }

  /// - Returns: what `TextDecoder` makes `plain` of; at most two and a half times as long.
  package func encode(_ plain: some Collection<UInt8>) -> [UInt8] {
    let coded = plain.withContiguousStorageIfAvailable { encode($0) }
    if let coded { return coded }
    return Array(plain).withUnsafeBufferPointer { encode($0) }
  }

  private func encode(_ plain: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard let start = plain.baseAddress else { return [] }
    var run = Run(lexicon: lexicon, next: start, end: start + plain.count)
    run.coded.reserveCapacity(plain.count / 2)
    run.encodeAll()
    return run.coded
  }

  /// Where an encoder is.
  private struct Run {
    let lexicon: Lexicon
    var next: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var coded: [UInt8] = []
    /// Whether bytes from 128 on stand for themselves, after an escape.
    private var isLiteral = false

    init(lexicon: Lexicon, next: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
      self.lexicon = lexicon
      self.next = next
      self.end = end
    }

    mutating func encodeAll() {
      while next < end {
        if !Self.isAlphanumeric(next[0]) {
          encodeLiterally(1)
          continue
        }
        var run = next
        var changes = 0
        var hasLetters = false
        while run < end && Self.isAlphanumeric(run[0]) {
          let isDigit = Self.isDigit(run[0])
          if run > next && isDigit != Self.isDigit(run[-1]) { changes += 1 }
          if !isDigit { hasLetters = true }
          run += 1
        }
        // Letters and digits in turn are a number in another base or something random. Words that
        // are found in it mean nothing, and to spell its capitals with flags would be long.
        if changes > 1 && hasLetters {
          encodeLiterally(run - next)
        } else {
          while next < run { encodeToken() }
        }
      }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    @inline(__always)
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
      isDigit(byte) || byte >= 0x80 || CodedText.isSmallLetter(byte | CodedText.caseBit)
    }

    @inline(__always)
    private mutating func encodeToken() {
      let token = TextToken(at: next, end: end)
      switch token.kind {
      case .byte: encodeLiterally(token.count)
      case .character:
        var hash = Lexicon.Hash()
        for index in 0..<token.count { hash.append(next[index]) }
        if let number = lexicon.number(of: next, count: token.count, hash: hash) {
          append(codeOf: number, spelling: nil)
          next += token.count
        } else {
          encodeLiterally(token.count)
        }
      case .word(let spelling):
        if token.count == 1 {
          encodeLiterally(1)
        } else {
          encodeWord(token.count, spelling)
        }
      }
    }

    /// The letters at `next` become the code of their word, or that of a beginning of it and the
    /// other letters, or stay letters.
    @inline(__always)
    private mutating func encodeWord(_ count: Int, _ spelling: WordDictionary.Spelling) {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WordDictionary.mostLetters) { word in
        withUnsafeTemporaryAllocation(of: Lexicon.Hash.self, capacity: word.count) { hashes in
          guard let letters = word.baseAddress else { return }
          var hash = Lexicon.Hash()
          let known = min(count, word.count)
          for index in 0..<known {
            letters[index] = TextToken.small(next[index])
            hash.append(letters[index])
            hashes[index] = hash
          }
          if count == known, let number = lexicon.number(of: letters, count: count, hash: hash) {
            append(codeOf: number, spelling: spelling)
            next += count
            return
          }
          if spelling == .upper { return encodeLiterally(count) }
          var beginning = min(known, count - 1)
          while beginning >= TextEncoder.shortestBeginning {
            // Not within a character.
            if next[beginning] & 0xC0 != 0x80,
              let number = lexicon.number(
                of: letters, count: beginning, hash: hashes[beginning - 1]),
              lexicon.entry(number).spelling != WordDictionary.Spelling.upper.rawValue
            {
              append(codeOf: number, spelling: spelling)
              next += beginning
              return encodeLiterally(count - beginning)
            }
            beginning -= 1
          }
          if spelling == .capitalized && CodedText.isSmallLetter(letters[0]) {
            append(flag: CodedText.capital)
            coded.append(letters[0])
            next += 1
            return encodeLiterally(count - 1)
          }
          encodeLiterally(count)
        }
      }
    }

    /// - Parameter spelling: of the word here; nil if it has no other than that of the dictionary.
    @inline(__always)
    private mutating func append(codeOf number: Int, spelling: WordDictionary.Spelling?) {
      let usual = lexicon.entry(number).spelling
      if let spelling, spelling.rawValue != usual {
        append(flag: CodedText.flag(for: spelling, usually: usual))
      }
      if isLiteral {
        coded.append(CodedText.escape)
        isLiteral = false
      }
      lexicon.appendCode(of: number, to: &coded)
    }

    @inline(__always)
    private mutating func append(flag: UInt8) {
      coded.append(flag)
      isLiteral = false
    }

    /// Bytes at `next` stay what they are.
    @inline(__always)
    private mutating func encodeLiterally(_ count: Int) {
      for index in 0..<count {
        let byte = next[index]
        if byte >= CodedText.firstCode {
          if !isLiteral { coded.append(CodedText.escape) }
          isLiteral = true
        } else if CodedText.isFlag(byte) {
          // One that ends the bytes before, and one that goes with this.
          if isLiteral { coded.append(CodedText.escape) }
          coded.append(CodedText.escape)
          isLiteral = false
        } else {
          isLiteral = false
        }
        coded.append(byte)
      }
      next += count
    }
  }
}

extension CodedText {
  /// What has to stand before a word that is spelled in another way than usual.
  @inline(__always)
  fileprivate static func flag(
    for spelling: WordDictionary.Spelling, usually usual: UInt8
  ) -> UInt8 {
    switch spelling {
    case .capitalized: capital
    case .upper: upper
    case .small: usual == WordDictionary.Spelling.upper.rawValue ? upper : capital
    }
  }
}
