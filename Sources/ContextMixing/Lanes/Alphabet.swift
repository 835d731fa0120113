import Model
import Platform
import TextTransform

/// What the bytes of a block are: those of any data, or coded text (docs/format.md).
package enum Alphabet: Hashable, Sendable {
  case plain
  /// With codes of this layout.
  case coded(CodeLayout)
}

/// A byte of a lane as its contexts see it.
package struct Symbol: BitwiseCopyable {
  /// See `ByteClass`.
  package var byteClass: UInt8
  /// The byte as it counts in words: small letters for capitals, too.
  package var letter: UInt8
  /// Whether it is part of a word.
  package var isLetter: Bool
  /// Whether it says something of the byte that follows, and nothing by itself.
  package var isFlag = false
  /// Whether bytes from 128 on that follow are characters and no codes.
  package var isEscape = false
  /// How many more bytes of the same code follow.
  package var remaining: UInt8 = 0
  /// By which mixers tell symbols apart, 0 ..< `kindCount`.
  package var kind: UInt8 = 0

  package static let kindCount = 64
}

/// What each byte is where it is not inside a code.
package struct SymbolTable: Sendable {
  private let symbols: SharedBuffer<Symbol>

  package init(_ alphabet: Alphabet) {
    symbols = SharedBuffer(
      (0...255).map { (byte: UInt8) in
        switch alphabet {
        case .plain: Self.withKind(Self.plain(byte))
        case .coded(let layout): Self.withKind(Self.coded(byte, layout: layout))
        }
      })
  }

  package var base: UnsafePointer<Symbol> { UnsafePointer(symbols.base) }

  /// Numbers the symbols: parts of codes and words first, then every other character.
  private static func withKind(_ symbol: Symbol) -> Symbol {
    var symbol = symbol
    symbol.kind =
      switch symbol.byteClass {
      case ByteClass.shortCode...: 8 | symbol.byteClass & 7
      case ByteClass.code: symbol.remaining
      case ByteClass.letter where symbol.isLetter: 4
      case ByteClass.digit where !symbol.isFlag && symbol.letter >= 0x30: 5
      case ByteClass.high where symbol.isLetter: SymbolReader.literalKind
      default: other(symbol)
      }
    return symbol
  }

  private static func other(_ symbol: Symbol) -> UInt8 {
    if symbol.isFlag { return 7 }
    return switch symbol.byteClass {
    case 0x0A: 17
    case 0x09: 18
    case ..<0x20: 19
    case 0x20: 16
    case 0x21...0x2F: symbol.byteClass - 0x21 + 20
    case 0x3A...0x40: symbol.byteClass - 0x3A + 35
    case 0x5B...0x60: symbol.byteClass - 0x5B + 42
    default: symbol.byteClass - 0x7B + 48
    }
  }

  private static func plain(_ byte: UInt8) -> Symbol {
    let byteClass = ByteClass.of(byte)
    return Symbol(
      byteClass: byteClass, letter: byte | 0x20,
      isLetter: byteClass == ByteClass.letter || byteClass == ByteClass.high)
  }

  private static func coded(_ byte: UInt8, layout: CodeLayout) -> Symbol {
    if byte < 0x80 {
      var symbol = plain(byte)
      symbol.isFlag = CodedText.isFlag(byte)
      symbol.isEscape = byte == CodedText.escape
      return symbol
    }
    let length = layout.codeLength(lead: byte)
    // Words with short codes are few and common: they are told apart.
    return Symbol(
      byteClass: length == 1 ? ByteClass.shortCode | byte >> 3 & 7 : ByteClass.code, letter: byte,
      isLetter: true, remaining: UInt8(length - 1))
  }
}

/// Tells what each byte of a lane is. In coded text that depends on those before.
package struct SymbolReader: BitwiseCopyable {
  private let table: UnsafePointer<Symbol>
  /// How many bytes of the code at hand still come.
  package private(set) var remaining: UInt8 = 0
  /// Of the last byte, as `Symbol.kind`.
  package private(set) var kind: UInt8 = 0
  private var isLiteral = false

  static let codeEndKind: UInt8 = 3
  static let literalKind: UInt8 = 6

  /// - Parameter table: has to outlive this.
  package init(_ table: UnsafePointer<Symbol>) { self.table = table }

  @inline(__always)
  package mutating func read(_ byte: UInt8) -> Symbol {
    if byte >= 0x80 {
      if remaining > 0 {
        remaining &-= 1
        kind = remaining > 0 ? 1 : Self.codeEndKind
        return Symbol(byteClass: ByteClass.code, letter: byte, isLetter: true)
      }
      if isLiteral {
        kind = Self.literalKind
        return Symbol(byteClass: ByteClass.high, letter: byte, isLetter: true)
      }
    }
    let symbol = table[Int(byte)]
    remaining = symbol.remaining
    isLiteral = symbol.isEscape
    kind = symbol.kind
    return symbol
  }
}
