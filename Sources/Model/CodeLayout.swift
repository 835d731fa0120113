/// How the bytes from 128 on are shared among the codes of a dictionary's words.
///
/// The first byte of a code tells its length: first those of one byte, then the leads of two bytes,
/// and then, up to 255, the leads of three. A byte behind a lead is any from 128 on.
@usableFromInline
package struct CodeLayout: Hashable, Sendable {
  /// How many bytes there are from 128 on.
  package static let byteCount = 128

  /// Codes of one byte, 0...128.
  @usableFromInline package let oneByteCodes: Int
  /// First bytes of codes of two bytes, 0...128 - `oneByteCodes`.
  @usableFromInline package let twoByteLeads: Int

  /// - Throws: `ModelError` unless there are bytes for this many.
  package init(oneByteCodes: Int, twoByteLeads: Int) throws(ModelError) {
    guard oneByteCodes >= 0, twoByteLeads >= 0, oneByteCodes + twoByteLeads <= Self.byteCount
    else { throw .valueOutOfRange("layout of codes") }
    self.oneByteCodes = oneByteCodes
    self.twoByteLeads = twoByteLeads
  }

  /// How many bytes the code has that begins with this one, which is from 128 on.
  @inlinable @inline(__always)
  package func codeLength(lead: UInt8) -> Int {
    let index = Int(lead & 0x7F)
    if index < oneByteCodes { return 1 }
    return index < oneByteCodes &+ twoByteLeads ? 2 : 3
  }

  /// First bytes of codes of three bytes.
  package var threeByteLeads: Int { Self.byteCount - oneByteCodes - twoByteLeads }

  /// [3]: how many words can have a code of one, two and three bytes.
  package var capacities: [Int] {
    [
      oneByteCodes, twoByteLeads * Self.byteCount,
      threeByteLeads * Self.byteCount * Self.byteCount,
    ]
  }
}
