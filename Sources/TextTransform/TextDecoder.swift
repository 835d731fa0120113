import Model

/// Turns coded text back into plain text.
package struct TextDecoder: Sendable {
  let lexicon: Lexicon

  package init(_ lexicon: Lexicon) { self.lexicon = lexicon }

  /// - Parameters:
  ///   - coded: any bytes.
  ///   - plainSize: how many bytes they stand for; no more memory is taken.
  /// - Throws: `CodedTextError` if these are not coded text of that size.
  package func decode(_ coded: [UInt8], plainSize: Int) throws(CodedTextError) -> [UInt8] {
    var error: CodedTextError?
    let plain = [UInt8](unsafeUninitializedCapacity: plainSize) { plain, count in
      coded.withUnsafeBufferPointer { coded in
        var run = Run(lexicon: lexicon, coded: coded, plain: plain)
        error = run.decodeAll()
        if error == nil && run.written < plainSize { error = .wrongSize }
        count = run.written
      }
    }
    if let error { throw error }
    return plain
  }

  /// Where a decoder is.
  private struct Run {
    let lexicon: Lexicon
    let coded: UnsafeBufferPointer<UInt8>
    let plain: UnsafeMutableBufferPointer<UInt8>
    var read = 0
    /// Bytes of `plain` that have a value.
    var written = 0

    /// - Returns: what is wrong, if anything is.
    mutating func decodeAll() -> CodedTextError? {
      while read < coded.count {
        let byte = coded[read]
        read &+= 1
        let error: CodedTextError?
        switch byte {
        case CodedText.capital: error = decodeCapitalized()
        case CodedText.upper: error = decodeUpper()
        case CodedText.escape: error = decodeLiterals()
        case CodedText.firstCode...: error = decodeWord { $0 }
        default: error = write(byte)
        }
        if let error { return error }
      }
      return nil
    }

    @inline(__always)
    private mutating func write(_ byte: UInt8) -> CodedTextError? {
      guard written < plain.count else { return .wrongSize }
      plain.initializeElement(at: written, to: byte)
      written &+= 1
      return nil
    }

    private mutating func decodeCapitalized() -> CodedTextError? {
      guard read < coded.count else { return .incomplete }
      let byte = coded[read]
      read &+= 1
      if CodedText.isSmallLetter(byte) { return write(byte ^ CodedText.caseBit) }
      if byte < CodedText.firstCode { return .misplacedFlag }
      return decodeWord { $0 == .capitalized ? .small : .capitalized }
    }

    private mutating func decodeUpper() -> CodedTextError? {
      guard read < coded.count else { return .incomplete }
      let byte = coded[read]
      read &+= 1
      if byte < CodedText.firstCode { return .misplacedFlag }
      return decodeWord { $0 == .upper ? .small : .upper }
    }

    /// After an escape: one flag, or bytes from 128 on; an escape ends these, and so does any byte
    /// below 128, which then has its own meaning.
    private mutating func decodeLiterals() -> CodedTextError? {
      guard read < coded.count else { return .incomplete }
      if CodedText.isFlag(coded[read]) {
        read &+= 1
        return write(coded[read &- 1])
      }
      if coded[read] < CodedText.firstCode { return .misplacedFlag }
      while read < coded.count, coded[read] >= CodedText.firstCode {
        if let error = write(coded[read]) { return error }
        read &+= 1
      }
      if read < coded.count && coded[read] == CodedText.escape { read &+= 1 }
      return nil
    }

    /// The lead of the word's code is the byte before `read`.
    ///
    /// - Parameter spelling: how the word is spelled here, given how it usually is.
    @inline(__always)
    private mutating func decodeWord(
      _ spelling: (WordDictionary.Spelling) -> WordDictionary.Spelling
    ) -> CodedTextError? {
      let start = read &- 1
      let length = lexicon.layout.codeLength(lead: coded[start])
      guard start &+ length <= coded.count else { return .incomplete }
      while read < start &+ length {
        if coded[read] < CodedText.firstCode { return .unknownCode }
        read &+= 1
      }
      guard let base = coded.baseAddress,
        let number = lexicon.number(code: base + start, length: length)
      else { return .unknownCode }
      let entry = lexicon.entry(number)
      let letters = lexicon.letters(of: entry)
      let count = Int(entry.count)
      guard count <= plain.count &- written, let target = plain.baseAddress else {
        return .wrongSize
      }
      let word = target + written
      for index in 0..<count { (word + index).initialize(to: letters[index]) }
      written &+= count
      switch spelling(WordDictionary.Spelling(rawValue: entry.spelling) ?? .small) {
      case .small: break
      case .capitalized: Self.makeCapitals(word, count: 1)
      case .upper: Self.makeCapitals(word, count: count)
      }
      return nil
    }

    @inline(__always)
    private static func makeCapitals(_ letters: UnsafeMutablePointer<UInt8>, count: Int) {
      for index in 0..<count where CodedText.isSmallLetter(letters[index]) {
        letters[index] ^= CodedText.caseBit
      }
    }
  }
}
