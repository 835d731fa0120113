import ContextMixing
import Model
import Testing

@Suite struct AlphabetTests {
  /// What a byte is, for comparing.
  private struct Seen: Equatable, CustomStringConvertible {
    var byteClass: UInt8
    var letter: UInt8
    var isLetter: Bool
    var isFlag = false

    init(_ byteClass: UInt8, _ letter: UInt8, isLetter: Bool, isFlag: Bool = false) {
      self.byteClass = byteClass
      self.letter = letter
      self.isLetter = isLetter
      self.isFlag = isFlag
    }

    init(_ symbol: Symbol) {
      self.init(
        symbol.byteClass, symbol.letter, isLetter: symbol.isLetter, isFlag: symbol.isFlag)
    }

    var description: String { "\(byteClass) \(letter) \(isLetter) \(isFlag)" }
  }

  private func read(_ text: [UInt8], _ alphabet: Alphabet) -> [Seen] {
    let table = SymbolTable(alphabet)
    var reader = SymbolReader(table.base)
    let seen = text.map { Seen(reader.read($0)) }
    return withExtendedLifetime(table) { seen }
  }

  /// A byte below 128 that is no code.
  private static func plain(_ byte: UInt8, isCoded: Bool) -> Seen {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A: Seen(1, byte | 0x20, isLetter: true)
    case 0x30...0x39: Seen(2, byte | 0x20, isLetter: false)
    default:
      // The classes of the bytes 1 and 3 are those of letters, too.
      Seen(
        byte, byte | 0x20, isLetter: byte == 1 || byte == 3,
        isFlag: isCoded && [0x7F, 0x0B, 0x0C].contains(byte))
    }
  }

  @Test func plainBytesAreThemselvesWhereverTheyAre() {
    var generator = SplitMix(state: 1)
    let text = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let expected = text.map {
      $0 < 128 ? Self.plain($0, isCoded: false) : Seen(3, $0 | 0x20, isLetter: true)
    }
    #expect(read(text, .plain) == expected)
  }

  /// Codes of one byte from 80, of two from C0, of three from F8 on.
  @Test func codesHaveTheirLengths() throws {
    let alphabet = Alphabet.coded(try someCodes)
    let code = { (byte: UInt8) in Seen(0x80, byte, isLetter: true) }
    let short = { (byte: UInt8) in Seen(0x88 | byte >> 3 & 7, byte, isLetter: true) }
    let space = Self.plain(0x20, isCoded: true)
    for (text, expected) in [
      ([0x80, 0xBF, 0x20], [short(0x80), short(0xBF), space]),
      ([0xC0, 0x80, 0x80], [code(0xC0), code(0x80), short(0x80)]),
      ([0xF7, 0xFF, 0xF8], [code(0xF7), code(0xFF), code(0xF8)]),
      ([0xF8, 0x80, 0x80, 0x81], [code(0xF8), code(0x80), code(0x80), short(0x81)]),
      // Another byte ends a code that is not whole.
      ([0xFF, 0x20, 0x80], [code(0xFF), space, short(0x80)]),
      ([0xFF, 0x80, 0x20, 0x80], [code(0xFF), code(0x80), space, short(0x80)]),
    ] as [([UInt8], [Seen])] {
      #expect(read(text, alphabet) == expected, "\(text)")
    }
    #expect(short(0x80).byteClass == 0x88 && short(0xBF).byteClass == 0x8F)
  }

  @Test func anEscapeMakesLiteralsAndFlagsAreNoLetters() throws {
    let alphabet = Alphabet.coded(try someCodes)
    let escape = Seen(0x0C, 0x2C, isLetter: false, isFlag: true)
    let capital = Seen(0x7F, 0x7F, isLetter: false, isFlag: true)
    let upper = Seen(0x0B, 0x2B, isLetter: false, isFlag: true)
    let literal = { (byte: UInt8) in Seen(3, byte, isLetter: true) }
    let short = { (byte: UInt8) in Seen(0x88 | byte >> 3 & 7, byte, isLetter: true) }
    let (a, space) = (Self.plain(0x41, isCoded: true), Self.plain(0x20, isCoded: true))
    for (text, expected) in [
      ([0x0C, 0xC3, 0xA9, 0x41], [escape, literal(0xC3), literal(0xA9), a]),
      ([0x0C, 0xFF, 0x0C, 0x80], [escape, literal(0xFF), escape, literal(0x80)]),
      ([0x0C, 0xFF, 0x20, 0x80], [escape, literal(0xFF), space, short(0x80)]),
      ([0x7F, 0x80, 0x0B, 0x81], [capital, short(0x80), upper, short(0x81)]),
    ] as [([UInt8], [Seen])] {
      #expect(read(text, alphabet) == expected, "\(text)")
    }
  }

  /// Any bytes, by another definition: that of runs of bytes from 128 on.
  @Test(arguments: [(64, 56), (128, 0), (0, 0), (0, 128), (17, 60)])
  func runsOfHighBytesAreCodesOrLiterals(oneByte: Int, twoByte: Int) throws {
    let layout = try CodeLayout(oneByteCodes: oneByte, twoByteLeads: twoByte)
    var generator = SplitMix(state: UInt64(oneByte))
    let text = (0..<20_000).map { _ -> UInt8 in
      switch generator.next() % 8 {
      case 0: [0x0C, 0x0B, 0x7F][Int(generator.next() % 3)]
      case 1: UInt8.random(in: 0...127, using: &generator)
      default: UInt8.random(in: 128...255, using: &generator)
      }
    }
    var expected: [Seen] = []
    while expected.count < text.count {
      let rest = text[expected.count...]
      let run = rest.prefix { $0 >= 128 }
      if expected.last?.byteClass == 0x0C {
        expected += run.map { Seen(3, $0, isLetter: true) }
      } else {
        var left = run
        while let lead = left.first {
          let count =
            Int(lead) - 128 < oneByte ? 1 : Int(lead) - 128 < oneByte + twoByte ? 2 : 3
          expected += left.prefix(count).map {
            Seen(count == 1 ? 0x88 | $0 >> 3 & 7 : 0x80, $0, isLetter: true)
          }
          left = left.dropFirst(count)
        }
      }
      if expected.count < text.count {
        expected.append(Self.plain(text[expected.count], isCoded: true))
      }
    }
    #expect(read(text, .coded(layout)) == expected)
  }

  @Test func onlyBytesBelow128EndFields() {
    for byteClass in UInt8(0)...255 {
      let isPart = [1, 2, 3, 0x2D, 0x2E, 0x5F].contains(byteClass) || byteClass >= 0x80
      #expect(ByteClass.endsField(byteClass) == !isPart)
    }
  }
}
