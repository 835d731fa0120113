import Model
import TestSupport
import TextTransform
import Testing

@Suite struct TextAlignmentTests {
  private func pieces(_ plain: [UInt8]) throws -> (coded: [UInt8], pieces: [AlignedText]) {
    let lexicon = try Lexicon(.small())
    let coded = TextEncoder(lexicon).encode(plain)
    var pieces: [AlignedText] = []
    TextDecoder(lexicon).align(coded) { pieces.append($0) }
    return (coded, pieces)
  }

  @Test(arguments: [
    "the the The THE theory", "of and\u{7F}\u{0B}\u{0C}.", "naïve ÿÿ café", "Привет, мир! 世界 the",
    "xyzzy Xyzzy XYZZY", "",
  ])
  func piecesAreBothTextsAndEachDecodesToItsOwn(text: String) throws {
    let plain = Array(text.utf8)
    let (coded, pieces) = try pieces(plain)
    #expect(pieces.reduce(0) { $0 + $1.codedCount } == coded.count)
    #expect(pieces.reduce(0) { $0 + $1.plainCount } == plain.count)
    let decoder = TextDecoder(try Lexicon(.small()))
    var (read, written) = (0, 0)
    for piece in pieces {
      // A beginning of the pieces is the coded text of a beginning of the plain text.
      (read, written) = (read + piece.codedCount, written + piece.plainCount)
      let beginning = Array(coded[..<read])
      #expect(
        try decoder.decode(beginning, plainSize: written) == Array(plain[..<written]), "\(read)")
    }
  }

  @Test func anythingIsCutIntoPieces() throws {
    let decoder = TextDecoder(try Lexicon(.small()))
    var generator = SplitMix64(seed: 5)
    for count in 0..<200 {
      let coded = generator.bytes(count)
      var total = 0
      decoder.align(coded) { total += $0.codedCount }
      #expect(total == coded.count)
    }
  }
}
