/// The work that salvaging an archive takes, and the bounds of what of it may be in vain.
///
/// What is found moves the walk on, so that the work on it adds up to the archive's size. But what
/// only looks like an index or a block is left again at the next byte, and what is not left may
/// promise much more than it has. So a salvager asks before it looks into something, and does not
/// look where too much was in vain. Archives that were damaged by chance stay far below the bounds.
package struct SalvageWork: Sendable, Equatable {
  /// For each byte of the archive, the most bytes that are read and hashed for items which turn out
  /// to be none.
  package static let bytesPerByte = 64
  /// For each byte of the archive, the most plain bytes that are decoded of blocks which turn out to
  /// be damaged, beside as many as were restored.
  package static let plainBytesPerByte = 256
  /// What beginning with a block takes, as much as decoding this many plain bytes; less where it has
  /// fewer.
  private static let beginning = 1 << 14

  /// Headers of blocks whose check was right.
  package private(set) var headers = 0
  /// Bytes of indexes and blocks that were read and hashed, those in vain included.
  package private(set) var bytes = 0
  /// Plain bytes that were decoded of coded blocks, those in vain and the beginnings included.
  package private(set) var plainBytes = 0
  private var bytesInVain = 0
  private var plainBytesInVain = 0
  private var plainBytesRestored = 0

  /// Whether something may be looked into that ends at this offset of the archive, at most.
  func mayRead(upTo end: Int) -> Bool { bytesInVain <= (Self.bytesPerByte - 1) * end }

  /// Takes note that this many bytes were read. All of them count until it is known that what they
  /// belong to is an item.
  mutating func read(_ count: Int) {
    bytes += count
    bytesInVain += count
  }

  /// Takes note that what these bytes belong to is an item, which the walk goes on behind.
  mutating func believe(_ count: Int) { bytesInVain -= count }

  mutating func findHeader() { headers += 1 }

  /// Whether a block that ends at this offset of the archive may be decoded.
  func mayDecode(upTo end: Int) -> Bool {
    plainBytesInVain <= Self.plainBytesPerByte * end + plainBytesRestored
  }

  /// Takes note that this many plain bytes of a coded block were decoded, all of them or not.
  mutating func decode(_ count: Int, of header: BlockHeader, isIntact: Bool) {
    let work = count + min(header.plainSize, Self.beginning)
    plainBytes += work
    if isIntact { plainBytesRestored += work } else { plainBytesInVain += work }
  }
}
