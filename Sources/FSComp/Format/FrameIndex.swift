/// What the index says of one block.
package struct IndexEntry: Equatable, Sendable {
  package var plainSize: Int
  /// Bytes of header and payload together.
  package var codedSize: Int
  package var contentCheck: UInt32

  package init(plainSize: Int, codedSize: Int, contentCheck: UInt32) {
    self.plainSize = plainSize
    self.codedSize = codedSize
    self.contentCheck = contentCheck
  }

  package init(_ header: BlockHeader) {
    self.init(
      plainSize: header.plainSize, codedSize: header.codedSize,
      contentCheck: header.contentCheck)
  }
}

/// The index that ends a frame, as it grows with the frame's blocks.
///
/// It is kept in its encoded form, at most 13 bytes a block. An index has only one encoding, so a
/// decoder that compares bytes compares everything, and never has to believe a count.
package struct FrameIndex: Sendable {
  /// The byte that stands where a block's tag would, and tells the index from a block.
  package static let tag: UInt8 = 0
  /// What a block takes: varints of up to 4 and 5 bytes, check of the content.
  static let maximumEntryByteCount = 4 + 5 + 4
  /// What there is beside the entries: tag, a varint of up to 8 bytes, check, size.
  static let maximumOverhead = 1 + 8 + 4 + 4

  package private(set) var blockCount = 0
  private var entries: [UInt8] = []

  package init() {}

  /// Bytes of memory that the entries take.
  package var entryByteCount: Int { entries.count }

  package mutating func append(_ entry: IndexEntry) {
    blockCount += 1
    Varint.append(entry.plainSize, to: &entries)
    Varint.append(entry.codedSize, to: &entries)
    entries.appendLittleEndian(entry.contentCheck)
  }

  /// The whole index, from its tag to its size.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(17 + entries.count)
    bytes.append(Self.tag)
    Varint.append(blockCount, to: &bytes)
    bytes.append(contentsOf: entries)
    bytes.appendLittleEndian(Checksum.check32(bytes.span))
    bytes.appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count + 4))
    return bytes
  }

  /// Which block (from 0) byte `offset` of `encoded` is about; nil outside the entries.
  package func block(at offset: Int) -> Int? {
    var end = 1 + Varint.byteCount(of: blockCount)
    guard offset >= end else { return nil }
    var position = 0
    for block in 0..<blockCount {
      let size = Self.entrySize(entries.span, at: position)
      position += size
      end += size
      if offset < end { return block }
    }
    return nil
  }

  private static func entrySize(_ bytes: Span<UInt8>, at offset: Int) -> Int {
    var size = 0
    for _ in 0..<2 {
      while bytes[offset + size] >= 0x80 { size += 1 }
      size += 1
    }
    return size + 4
  }
}

extension FrameIndex {
  /// Reads a whole index.
  package static func parse(_ bytes: Span<UInt8>) -> Parsed<[IndexEntry]> {
    guard bytes.count > 0 else { return .incomplete }
    guard bytes[0] == tag else { return .invalid(.indexDamaged) }
    var offset = 1
    var blockCount = 0
    switch Varint.parse(bytes, at: offset, maximumByteCount: 8) {
    case .value(let value, let count): (blockCount, offset) = (value, offset + count)
    case .incomplete: return .incomplete
    case .invalid: return .invalid(.indexDamaged)
    }
    var entries: [IndexEntry] = []
    while entries.count < blockCount {
      switch parseEntry(bytes, at: offset) {
      case .value(let entry, let count):
        entries.append(entry)
        offset += count
      case .incomplete: return .incomplete
      case .invalid(let kind): return .invalid(kind)
      }
    }
    guard bytes.count >= offset + 8 else { return .incomplete }
    let check: UInt32 = bytes.littleEndian(at: offset)
    let size: UInt32 = bytes.littleEndian(at: offset + 4)
    guard check == Checksum.check32(bytes.extracting(0..<offset)), Int(size) == offset + 8 else {
      return .invalid(.indexDamaged)
    }
    return .value(entries, byteCount: offset + 8)
  }

  private static func parseEntry(_ bytes: Span<UInt8>, at start: Int) -> Parsed<IndexEntry> {
    var offset = start
    var sizes = (plain: 0, coded: 0)
    switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
    case .value(let value, let count) where value > 0:
      (sizes.plain, offset) = (value, offset + count)
    case .incomplete: return .incomplete
    default: return .invalid(.indexDamaged)
    }
    switch Varint.parse(bytes, at: offset, maximumByteCount: 5) {
    // No block is longer than its plain bytes and the longest header.
    case .value(let value, let count) where value <= sizes.plain + BlockHeader.maximumByteCount:
      (sizes.coded, offset) = (value, offset + count)
    case .incomplete: return .incomplete
    default: return .invalid(.indexDamaged)
    }
    guard bytes.count >= offset + 4 else { return .incomplete }
    let entry = IndexEntry(
      plainSize: sizes.plain, codedSize: sizes.coded, contentCheck: bytes.littleEndian(at: offset))
    return .value(entry, byteCount: offset + 4 - start)
  }
}
