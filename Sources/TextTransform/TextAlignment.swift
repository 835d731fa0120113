/// A piece of coded text that stands for a piece of plain text, both as short as can be.
package struct AlignedText: BitwiseCopyable, Equatable, Sendable {
  /// Bytes of coded text: at least 1.
  package var codedCount: Int
  /// The plain bytes that they stand for: at least 1.
  package var plainCount: Int

  package init(codedCount: Int, plainCount: Int) {
    self.codedCount = codedCount
    self.plainCount = plainCount
  }
}

extension TextDecoder {
  /// Goes through coded text, piece after piece. Flags belong to what they stand before, an escape to
  /// the byte beside it: the one that follows where it opens a run, else the one before.
  ///
  /// - Parameter coded: what `TextEncoder` makes, or `decode` takes. Of anything else the pieces mean
  ///   nothing, but they still add up to all of it.
  package func align(_ coded: [UInt8], piece: (AlignedText) -> Void) {
    var next = 0
    while next < coded.count {
      var (codedCount, plainCount) = (1, 1)
      switch coded[next] {
      case CodedText.capital, CodedText.upper:
        if next + 1 < coded.count, coded[next + 1] >= CodedText.firstCode {
          (codedCount, plainCount) = word(in: coded, at: next + 1)
          codedCount += 1
        } else {
          codedCount = 2
        }
      case CodedText.escape:
        if next + 1 < coded.count, coded[next + 1] >= CodedText.firstCode {
          alignLiterals(in: coded, &next, piece: piece)
          continue
        }
        codedCount = 2
      case CodedText.firstCode...: (codedCount, plainCount) = word(in: coded, at: next)
      default: break
      }
      codedCount = min(codedCount, coded.count - next)
      piece(AlignedText(codedCount: codedCount, plainCount: plainCount))
      next += codedCount
    }
  }

  /// Bytes from 128 on between escapes, or behind one.
  private func alignLiterals(
    in coded: [UInt8], _ next: inout Int, piece: (AlignedText) -> Void
  ) {
    var end = next + 1
    while end < coded.count, coded[end] >= CodedText.firstCode { end += 1 }
    let isClosed = end < coded.count && coded[end] == CodedText.escape
    for place in next + 1..<end {
      let opens = place == next + 1 ? 1 : 0
      let closes = isClosed && place == end - 1 ? 1 : 0
      piece(AlignedText(codedCount: 1 + opens + closes, plainCount: 1))
    }
    next = end + (isClosed ? 1 : 0)
  }

  /// The code of a word, and how many letters that has.
  private func word(in coded: [UInt8], at start: Int) -> (codedCount: Int, plainCount: Int) {
    let length = lexicon.layout.codeLength(lead: coded[start])
    guard start + length <= coded.count else { return (coded.count - start, 1) }
    let number = coded.withUnsafeBufferPointer { coded in
      coded.baseAddress.flatMap { lexicon.number(code: $0 + start, length: length) }
    }
    return (length, number.map { Int(lexicon.entry($0).count) } ?? 1)
  }
}
