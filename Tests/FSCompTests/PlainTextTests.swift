import FSComp
import Testing

@Suite struct PlainTextTests {
  @Test(arguments: [
    "a", "It was a dark and stormy night.\r\n\tThe rain fell.\n", "naïve café – 東京 – привет\n",
    "\u{1B}[31merror\u{1B}[0m: no such file\n\u{0C}",
  ])
  func textIsText(text: String) {
    #expect(PlainText.isLikely(Array(text.utf8)))
    #expect(PlainText.isLikely(Array(String(repeating: text, count: 1000).utf8)))
  }

  /// "Zoë naïve déjà" and so on, a byte for a letter.
  @Test func olderEncodingsAreText() {
    let text = "d\u{E9}j\u{E0} vu, no\u{EB}l, \u{EA}tre ou ne pas \u{EA}tre, telle est la question. "
    #expect(PlainText.isLikely(text.unicodeScalars.map { UInt8($0.value) }))
  }

  /// Letters of two bytes each, a zero and themselves.
  @Test func otherDataIsNoText() {
    let letters = Array("The rain fell in torrents".utf8)
    #expect(!PlainText.isLikely(letters.flatMap { [$0, 0] }))
    #expect(!PlainText.isLikely((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }))
    #expect(!PlainText.isLikely([0]))
  }

  /// A few control characters do no harm; one in a hundred are records.
  @Test(arguments: [(1000, true), (100, false)])
  func controlsAreCounted(oneIn: Int, isText: Bool) {
    let bytes = (0..<10_000).map { UInt8($0 % oneIn == 0 ? 2 : 0x61 + $0 % 26) }
    #expect(PlainText.isLikely(bytes) == isText)
  }
}
