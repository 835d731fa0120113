import Model
import TestSupport
import Testing
import TextTransform

@Suite struct TextCodingTests {
  private let lexicon: Lexicon

  init() throws { lexicon = try Lexicon(.small()) }

  private func encode(_ text: String) -> [UInt8] { TextEncoder(lexicon).encode(Array(text.utf8)) }

  private func decode(_ coded: [UInt8], _ plainSize: Int) throws -> [UInt8] {
    try TextDecoder(lexicon).decode(coded, plainSize: plainSize)
  }

  /// Plain text, and the only coded text that the encoder makes of it.
  private static let examples: [(String, [UInt8])] = [
    ("", []),
    ("the", [0x80]),
    // A code of one byte, and of two, and of three.
    ("of city", [0x81, 0x20, 0xC0, 0x83]),
    ("believe", [0xF8, 0x80, 0x80]),
    // Capitals, of a word that has none as a rule,
    ("The THE", [0x7F, 0x80, 0x20, 0x0B, 0x80]),
    // of one that begins with one,
    ("Paris paris PARIS", [0x83, 0x20, 0x7F, 0x83, 0x20, 0x0B, 0x83]),
    // and of one in capitals.
    ("USA Usa usa", [0xC0, 0x87, 0x20, 0x7F, 0xC0, 0x87, 0x20, 0x0B, 0xC0, 0x87]),
    // Words that nobody knows.
    ("tree", Array("tree".utf8)),
    ("Tree", [0x7F] + Array("tree".utf8)),
    ("TREE", Array("TREE".utf8)),
    ("a A I", Array("a A I".utf8)),
    // Words that begin with one that is known.
    ("languages", [0xC0, 0x80, 0x73]),
    ("Peoples", [0x7F, 0xC0, 0x82, 0x73]),
    // Words without blanks.
    ("theCity_ofUSA", [0x80, 0x7F, 0xC0, 0x83, 0x5F, 0x81, 0xC0, 0x87]),
    ("HTMLCity", [0xC0, 0x88, 0x7F, 0xC0, 0x83]),
    // What looks like random letters and digits.
    ("a3the5", Array("a3the5".utf8)),
    ("the3", [0x80, 0x33]),
    // Beyond ASCII: words, characters, and what is not known.
    ("für “the”", [0xC0, 0x84, 0x20, 0xC0, 0x85, 0x80, 0xC0, 0x86]),
    ("москва", [0xF8, 0x80, 0x82]),
    ("é!", [0x0C, 0xC3, 0xA9, 0x21]),
    ("—“", [0x0C, 0xE2, 0x80, 0x94, 0x0C, 0xC0, 0x85]),
    ("—The", [0x0C, 0xE2, 0x80, 0x94, 0x7F, 0x80]),
    // Flags that are none.
    ("\u{7F}\u{B}\u{C}", [0x0C, 0x7F, 0x0C, 0x0B, 0x0C, 0x0C]),
    ("—\u{C}", [0x0C, 0xE2, 0x80, 0x94, 0x0C, 0x0C, 0x0C]),
  ]

  @Test func goldenText() throws {
    for (text, coded) in Self.examples {
      #expect(encode(text) == coded, "\(text)")
      #expect(try decode(coded, text.utf8.count) == Array(text.utf8), "\(text)")
    }
  }

  /// Pieces that meet in every order.
  @Test func anythingComesBack() throws {
    let pieces = [
      "the", "The", "THE", "tHE", "Paris", "paris", "PARIS", "PaRis", "usa", "USA", "Usa", "html",
      "languages", "LANGUAGES", "für", "Für", "FÜR", "москва", "МОСКВА", "“", "”", "—", "中文", "é",
      "\u{7F}", "\u{B}", "\u{C}", " ", "\n", "_", "3", "x", "Z", "URLs", "ſ", "𝛼",
    ].map { Array($0.utf8) } + [[0x80], [0xFF], [0xC3], [0xE2, 0x80], [0x00]]
    var generator = SplitMix64(seed: 1)
    for length in 1...4000 {
      let plain = (0..<length % 40 + 1).flatMap { _ in
        pieces[generator.next(in: 0...pieces.count - 1)]
      }
      let coded = TextEncoder(lexicon).encode(plain)
      #expect(2 * coded.count <= 5 * plain.count)
      #expect(try decode(coded, plain.count) == plain)
    }
    for length in 0..<600 {
      let plain = generator.bytes(length)
      let coded = TextEncoder(lexicon).encode(plain)
      #expect(2 * coded.count <= 5 * plain.count)
      #expect(try decode(coded, plain.count) == plain)
    }
  }

  @Test func longWordsAreCutNowhere() throws {
    for count in [31, 32, 33, 64, 5000] {
      for letter in ["a", "Z", "é"] {
        let plain = Array(("Language" + String(repeating: letter, count: count)).utf8)
        #expect(try decode(TextEncoder(lexicon).encode(plain), plain.count) == plain)
      }
    }
  }

  @Test func anEmptyDictionaryDoes() throws {
    let empty = try Lexicon(
      WordDictionary(
        layout: CodeLayout(oneByteCodes: 0, twoByteLeads: 0), isReadByNetworks: false,
        counts: [0, 0, 0], words: []))
    let plain = Array("The é city".utf8)
    let coded = TextEncoder(empty).encode(plain)
    #expect(try TextDecoder(empty).decode(coded, plainSize: plain.count) == plain)
    #expect(throws: CodedTextError.unknownCode) {
      try TextDecoder(empty).decode([0x80, 0x80, 0x80], plainSize: 9)
    }
  }

  // MARK: - Bytes that are not coded text

  @Test func whatIsNotCodedTextIsRefused() throws {
    let refused: [([UInt8], Int, CodedTextError)] = [
      ([0x84], 3, .unknownCode), ([0xC0], 3, .incomplete), ([0xC0, 0x41], 3, .unknownCode),
      ([0xC1, 0x80], 3, .unknownCode), ([0xF8, 0x80], 7, .incomplete),
      ([0xF8, 0x80, 0x20], 7, .unknownCode), ([0xFF, 0x80, 0x80], 7, .unknownCode),
      ([0x7F], 1, .incomplete), ([0x0B], 1, .incomplete), ([0x0C], 1, .incomplete),
      ([0x7F, 0x41], 1, .misplacedFlag), ([0x0B, 0x61], 1, .misplacedFlag),
      ([0x7F, 0x7F], 1, .misplacedFlag), ([0x7F, 0x0C, 0x80], 1, .misplacedFlag),
      ([0x0C, 0x61], 1, .misplacedFlag),
      ([0x80], 2, .wrongSize), ([0x80], 4, .wrongSize), ([0x61], 0, .wrongSize),
      ([0x0C, 0x80, 0x81], 1, .wrongSize), ([], 1, .wrongSize),
    ]
    for (coded, plainSize, error) in refused {
      #expect(throws: error, "\(coded)") { try decode(coded, plainSize) }
    }
  }

  /// Every string of up to two bytes, and many longer ones, is refused or has the size it should
  /// have.
  @Test func everyStringIsRefusedOrDecoded() throws {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        for size in [1, 2, 3, 7] { check([first, second], size) }
      }
      check([first], 1)
    }
    var generator = SplitMix64(seed: 2)
    for _ in 0..<20_000 {
      check(generator.bytes(generator.next(in: 0...30)), generator.next(in: 0...40))
    }
  }

  /// Coded text with bytes changed, added and left out.
  @Test func damagedTextIsRefusedOrDecoded() throws {
    let plain = Array(
      "The people of Paris, USA, believe in the — “language” of their city. Für москва!\u{C}".utf8)
    let coded = TextEncoder(lexicon).encode(plain)
    for count in 0..<coded.count {
      let prefix = Array(coded.prefix(count))
      #expect(throws: CodedTextError.self) { try decode(prefix, plain.count) }
    }
    for index in coded.indices {
      for bit in 0..<8 {
        var changed = coded
        changed[index] ^= 1 << bit
        check(changed, plain.count)
      }
    }
    var generator = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      var changed = coded
      for _ in 0...generator.next(in: 0...3) {
        let index = generator.next(in: 0...changed.count - 1)
        switch generator.next(in: 0...2) {
        case 0: changed[index] = UInt8(truncatingIfNeeded: generator.next())
        case 1: changed.insert(UInt8(truncatingIfNeeded: generator.next()), at: index)
        default: changed.remove(at: index)
        }
      }
      check(changed, plain.count + generator.next(in: -3...3))
    }
  }

  private func check(_ coded: [UInt8], _ plainSize: Int) {
    guard let plain = try? decode(coded, plainSize) else { return }
    if plain.count != plainSize { Issue.record("\(coded): \(plain.count) for \(plainSize)") }
  }
}
