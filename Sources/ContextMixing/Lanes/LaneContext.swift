/// What a lane's contexts are made of: its last bytes, words, lines and fields.
struct LaneContext: BitwiseCopyable {
  /// The last eight bytes, the latest lowest.
  private(set) var recent: UInt64 = 0
  /// The classes of the last eight bytes, the latest lowest: see `ByteClass`.
  private var classes: UInt64 = 0
  /// Hash of the letters since the last byte that is none; 0 when that was the last.
  private var word: UInt32 = 0
  /// The same of the two words before.
  private var previousWord: UInt32 = 0
  private var secondWord: UInt32 = 0
  private var reader: SymbolReader
  /// Open brackets and quotes, the innermost lowest.
  private var brackets: UInt64 = 0
  /// Where the next byte goes.
  private(set) var position: Int
  private var lineStart: Int
  private var previousLineStart: Int
  /// Hash of the line's bytes up to the first that is neither letter nor blank.
  private var lineBeginning: UInt32 = 0
  private var isBeginningOfLine = true
  /// How many fields of the line have ended.
  private var fieldNumber = 0
  private var fieldStart: Int
  private var fieldHash: UInt32 = 0
  /// Where in the line above the field begins that belongs to this one.
  private var fieldAbove: Int
  let start: Int
  /// Sets this lane's own contexts apart from those of the others and from shared ones; 0 where all
  /// are shared.
  private let salt: UInt64
  /// Whether fields, brackets and beginnings of lines are followed.
  private let followsFields: Bool

  /// How far a field of the line above is followed for each separator.
  private static let longestFieldAbove = 64

  /// - Parameters:
  ///   - lane: 0...255.
  ///   - start: where in the block it begins.
  ///   - isSalted: whether lanes have contexts of their own.
  ///   - followsFields: whether contexts of fields, brackets or beginnings of lines are asked for;
  ///     else they are left out.
  ///   - symbols: what the bytes are.
  init(
    lane: Int, start: Int, isSalted: Bool, followsFields: Bool, symbols: UnsafePointer<Symbol>
  ) {
    self.followsFields = followsFields
    reader = SymbolReader(symbols)
    salt = isSalted ? UInt64(lane + 1) << 32 : 0
    self.start = start
    position = start
    lineStart = start
    previousLineStart = start
    fieldStart = start
    fieldAbove = start
  }

  /// The last two bytes.
  @inline(__always)
  var lastTwo: Int { Int(truncatingIfNeeded: recent & 0xFFFF) }

  /// What the last byte was, as `Symbol.kind`.
  @inline(__always)
  var symbolKind: UInt8 { reader.kind }

  /// Takes in a byte, which is in the history already.
  @inline(__always)
  mutating func append(_ byte: UInt8, history: borrowing BlockHistory) {
    recent = recent << 8 | UInt64(byte)
    position &+= 1
    let symbol = reader.read(byte)
    classes = classes << 8 | UInt64(symbol.byteClass)
    if symbol.isFlag { return }
    if symbol.isLetter {
      word = (word &+ UInt32(symbol.letter) &+ 1) &* 0x2F0B_4C47
    } else if word != 0 {
      secondWord = previousWord
      previousWord = word
      word = 0
    }
    if followsFields { followFields(byte, symbol, history: history) }
    if byte == 0x0A { endLine() }
  }

  @inline(__always)
  private mutating func followFields(
    _ byte: UInt8, _ symbol: Symbol, history: borrowing BlockHistory
  ) {
    if isBeginningOfLine {
      lineBeginning = (lineBeginning &+ UInt32(byte) &+ 1) &* 0x2F0B_4C47
      isBeginningOfLine = symbol.isLetter || byte == 0x20 || byte == 0x09
    }
    fieldHash = (fieldHash &+ UInt32(byte) &+ 1) &* 0x3D4D_51CB
    if ByteClass.endsField(symbol.byteClass) { endField(byte, history: history) }
    followBrackets(byte)
  }

  /// Moves on to the next field, here and in the line above.
  @inline(__always)
  private mutating func endField(_ separator: UInt8, history: borrowing BlockHistory) {
    fieldNumber &+= 1
    fieldStart = position
    fieldHash = 0
    let end = min(lineStart, fieldAbove &+ Self.longestFieldAbove)
    while fieldAbove < end {
      fieldAbove &+= 1
      if history[fieldAbove &- 1] == separator { break }
    }
  }

  @inline(__always)
  private mutating func followBrackets(_ byte: UInt8) {
    let innermost = UInt8(truncatingIfNeeded: brackets)
    switch byte {
    case 0x28, 0x5B, 0x7B, 0x3C: brackets = brackets << 8 | UInt64(byte)
    case 0x29: if innermost == 0x28 { brackets >>= 8 }
    case 0x5D: if innermost == 0x5B { brackets >>= 8 }
    case 0x7D: if innermost == 0x7B { brackets >>= 8 }
    case 0x3E: if innermost == 0x3C { brackets >>= 8 }
    case 0x22: brackets = innermost == 0x22 ? brackets >> 8 : brackets << 8 | 0x22
    // A quote is not open for longer than its line.
    case 0x0A: if innermost == 0x22 { brackets >>= 8 }
    default: break
    }
  }

  @inline(__always)
  private mutating func endLine() {
    previousLineStart = lineStart
    lineStart = position
    fieldNumber = 0
    fieldAbove = previousLineStart
    lineBeginning = 0
    isBeginningOfLine = true
  }

  // Between words, what stands there counts.

  @inline(__always)
  var wordStart: UInt64 { UInt64(word) << 8 | (word == 0 ? recent & 0xFF : 0) }

  @inline(__always)
  private var boundary: UInt64 { word == 0 ? recent << 56 : 0 }

  @inline(__always)
  var wordPair: UInt64 { UInt64(word) << 19 ^ UInt64(previousWord) ^ boundary }

  /// Writes the contexts of all kinds, in the order of their numbers.
  @inline(__always)
  func writeContexts(_ contexts: UnsafeMutablePointer<UInt64>, history: borrowing BlockHistory) {
    @inline(__always)
    func set(_ kind: ContextKind, _ context: UInt64) { contexts[kind.rawValue] = context }
    // Sets lanes apart where they share a region.
    let own = salt &* 0xD1B5_4A32_D192_ED03
    let last = recent & 0xFF
    let lastTwo = recent & 0xFFFF
    set(.localOrder1, last)
    set(.localOrder2, lastTwo)
    set(.localOrder3, recent & 0xFF_FFFF)
    set(.laneOrder4, own ^ recent & 0xFFFF_FFFF)
    set(.laneOrder5, own ^ recent & 0xFF_FFFF_FFFF)
    set(.order6, recent & 0xFFFF_FFFF_FFFF)
    set(.order8, recent)
    set(.order3, recent & 0xFF_FFFF)

    set(.localWord, wordStart)
    set(.laneWord, own ^ wordStart)
    set(.word, wordStart)
    set(.wordPair, wordPair)
    set(.skippedWord, UInt64(word) << 19 ^ UInt64(secondWord) ^ boundary)
    set(
      .wordTriple,
      (UInt64(word) << 19 ^ UInt64(previousWord)) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(secondWord)
        &+ boundary)
    set(.previousWordOrder1, UInt64(previousWord) << 8 | last)

    let column = position &- lineStart
    let above = previousLineStart &+ column
    let byteAbove = above < lineStart ? UInt64(history[above]) : 0
    let boundedColumn = UInt64(truncatingIfNeeded: min(column, 255))
    set(.aboveOrder2, byteAbove << 16 | lastTwo)
    set(.columnAbove, boundedColumn << 16 | byteAbove << 8 | last)
    set(.column, boundedColumn)

    set(.format, classes & 0xFFFF_FFFF_FFFF)
    set(.formatOrder1, (classes & 0xFFFF_FFFF_FF00) << 8 ^ last)
    set(.skip1Order2, recent & 0xFF_FF00)
    set(.skip1And3, recent & 0xFF00_FF00)
    set(.skip2Order1, recent & 0xFF_0000)
    set(.skip3Position, UInt64(truncatingIfNeeded: position & 3) ^ recent & 0xFF00_0000)
    if followsFields { writeFieldContexts(contexts, history: history) }
  }

  /// Writes the contexts of fields, brackets and beginnings of lines.
  @inline(__always)
  private func writeFieldContexts(
    _ contexts: UnsafeMutablePointer<UInt64>, history: borrowing BlockHistory
  ) {
    @inline(__always)
    func set(_ kind: ContextKind, _ context: UInt64) { contexts[kind.rawValue] = context }
    let last = recent & 0xFF
    let offset = position &- fieldStart
    let inField = fieldAbove &+ offset
    let fieldByte = inField < lineStart ? UInt64(history[inField]) : 0
    let field = UInt64(truncatingIfNeeded: fieldNumber) << 40
    set(.fieldPrefix, field ^ UInt64(fieldHash))
    set(
      .fieldAbove,
      field ^ UInt64(truncatingIfNeeded: min(offset, 31)) << 24 ^ fieldByte << 16 ^ last)
    let open = brackets & 0xFFFF
    set(.bracketsOrder2, (recent & 0xFFFF) << 16 ^ open)
    set(.bracketsWord, last << 50 ^ UInt64(word) << 16 ^ open)
    set(.lineStartWord, field << 10 ^ UInt64(lineBeginning) << 20 ^ UInt64(word))
  }
}
