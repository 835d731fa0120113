import FSComp
import Testing

@Suite struct BlockContentTests {
  @Test(arguments: [
    "a", "It was a dark and stormy night.\r\n\tThe rain fell.\n", "naïve café – 東京 – привет\n",
    "\u{1B}[31merror\u{1B}[0m: no such file\n\u{0C}",
  ])
  func textIsText(text: String) {
    #expect(BlockContent(Array(text.utf8)) == .shortText)
    #expect(BlockContent(Array(String(repeating: text, count: 1000).utf8)) == .shortText)
  }

  @Test func longTextIsToldApart() {
    #expect(BlockContent([UInt8](repeating: 0x61, count: 2 << 20)) == .shortText)
    #expect(BlockContent([UInt8](repeating: 0x61, count: (2 << 20) + 1)) == .text)
  }

  /// A byte for a letter.
  @Test func olderEncodingsAreText() {
    let text = "d\u{E9}j\u{E0} vu, no\u{EB}l, \u{EA}tre ou ne pas \u{EA}tre, telle est la question. "
    #expect(BlockContent(text.unicodeScalars.map { UInt8($0.value) }) == .shortText)
  }

  /// Letters of two bytes each, a zero and themselves; numbers; a zero.
  @Test func otherDataIsNoText() {
    let letters = Array("The rain fell in torrents".utf8)
    #expect(BlockContent(letters.flatMap { [$0, 0] }) == .data)
    #expect(BlockContent((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }) == .data)
    #expect(BlockContent([0]) == .data)
  }

  /// A few control characters do no harm; one in a hundred are records.
  @Test(arguments: [(1000, BlockContent.shortText), (100, .data)])
  func controlsAreCounted(oneIn: Int, content: BlockContent) {
    let bytes = (0..<10_000).map { UInt8($0 % oneIn == 0 ? 2 : 0x61 + $0 % 26) }
    #expect(BlockContent(bytes) == content)
  }
}
