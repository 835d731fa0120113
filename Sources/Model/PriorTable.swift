import Platform

/// What contexts of coded text know before the first byte of a block: which bytes followed them in
/// the text that the table was made from.
///
/// Lines of 64 bytes, each with room for `entriesOfLine` entries of three bytes; the last byte is
/// zero. The line of a context follows from its hash, and so does the check in its entries
/// (docs/context-mixing.md, "The prior"). Any bytes are a table, so nothing in it has to be checked.
package struct PriorTable: Equatable, Sendable {
  package static let lineByteCount = 64
  package static let entriesOfLine = 21
  package static let checkBits = 12
  package static let mostCount = 15
  /// 2^24 lines are 1 GiB.
  package static let mostLines = 1 << 24

  /// [lines][64]
  package let lines: SharedSlice<UInt8>

  /// - Throws: `ModelError` unless these are 1 ... `mostLines` lines.
  package init(lines: SharedSlice<UInt8>) throws(ModelError) {
    let count = lines.count / Self.lineByteCount
    guard lines.count == count * Self.lineByteCount, (1...Self.mostLines).contains(count) else {
      throw .valueOutOfRange("size of PRIO")
    }
    self.lines = lines
  }

  /// Copies them.
  package init(lines: some Collection<UInt8>) throws(ModelError) {
    try self.init(lines: SharedSlice(lines))
  }

  package var lineCount: Int { lines.count / Self.lineByteCount }

  /// What entries of a line there are, in their order.
  package func entries(ofLine line: Int) -> [Entry] {
    let start = lines.startIndex + line * Self.lineByteCount
    return (0..<Self.entriesOfLine).compactMap { number in
      let place = start + Entry.byteCount * number
      let entry = Entry(bits: (0..<3).reduce(0) { $0 | UInt32(lines[place + $1]) << (8 * $1) })
      return entry.count > 0 ? entry : nil
    }
  }

  /// How many contexts it has something of: checks that differ, of each line.
  package var contextCount: Int {
    (0..<lineCount).reduce(0) { $0 + Set(entries(ofLine: $1).map { $0.check }).count }
  }

  /// A byte that followed a context.
  package struct Entry: Equatable, Sendable {
    package static let byteCount = 3

    /// The lowest `checkBits` of the hash of the context.
    package var check: UInt16
    package var byte: UInt8
    /// How often it did, 1 ... `mostCount`; 0 in an entry that is none.
    package var count: UInt8

    package init(check: UInt16, byte: UInt8, count: UInt8) {
      self.check = check
      self.byte = byte
      self.count = count
    }

    init(bits: UInt32) {
      check = UInt16(bits & 0xFFF)
      byte = UInt8(truncatingIfNeeded: bits >> 12)
      count = UInt8(truncatingIfNeeded: bits >> 20 & 15)
    }

    /// From its lowest bit on: the check, the byte, the count.
    private var bits: UInt32 { UInt32(check) | UInt32(byte) << 12 | UInt32(count) << 20 }

    /// [3]: as they are in a line.
    package var bytes: [UInt8] { (0..<3).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } }
  }
}
