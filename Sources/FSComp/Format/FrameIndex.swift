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
/// It is kept in its encoded form, at most 13 bytes a block, and 4 more where lines are counted. An
/// index has only one encoding, so a decoder that compares bytes compares everything, and never has
/// to believe a count.
package struct FrameIndex: Sendable {
  /// The byte that stands where a block's tag would, and tells the index from a block.
  package static let tag: UInt8 = 0
  /// The same of an index that counts lines.
  package static let tagWithLines: UInt8 = 0x10
  /// What there is beside the blocks: tag, a varint of up to 8 bytes, check, size.
  static let maximumOverhead = 1 + 8 + 4 + 4

  /// What a block takes: varints of up to 4 and 5 bytes, check of the content, maybe a count.
  static func maximumByteCountPerBlock(countsLines: Bool) -> Int {
    4 + 5 + 4 + (countsLines ? countByteCount : 0)
  }

  /// Of a count of newlines.
  private static let countByteCount = 4

  /// Whether an index begins with this byte.
  package static func isTag(_ byte: UInt8) -> Bool { byte == tag || byte == tagWithLines }

  package let countsLines: Bool
  package private(set) var blockCount = 0
  private var entries: [UInt8] = []
  /// Newlines in each block, in their encoded form; nothing where lines are not counted.
  private var newlines: [UInt8] = []

  package init(countsLines: Bool = false) { self.countsLines = countsLines }

  /// Bytes of memory that grow with the number of blocks.
  package var entryByteCount: Int { entries.count + newlinesByteCount }

  /// Bytes of the counts of newlines.
  package var newlinesByteCount: Int { countsLines ? Self.countByteCount * blockCount : 0 }

  /// Bytes of the whole index, which do not depend on what is counted.
  package var byteCount: Int { headByteCount + newlinesByteCount + 8 }

  private var headByteCount: Int { 1 + Varint.byteCount(of: blockCount) + entries.count }

  /// - Parameter newlines: in the block's plain bytes; nil where lines are not counted, or where
  ///   `setNewlines` tells later.
  package mutating func append(_ entry: IndexEntry, newlines count: Int? = nil) {
    blockCount += 1
    Varint.append(entry.plainSize, to: &entries)
    Varint.append(entry.codedSize, to: &entries)
    entries.appendLittleEndian(entry.contentCheck)
    if countsLines, let count { newlines.appendLittleEndian(UInt32(count)) }
  }

  /// The counts of newlines in their encoded form, `newlinesByteCount` of them, where they did not
  /// come with the entries.
  package mutating func setNewlines(_ bytes: [UInt8]) { newlines = bytes }

  /// The index up to the counts of newlines.
  package var head: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    bytes.append(countsLines ? Self.tagWithLines : Self.tag)
    Varint.append(blockCount, to: &bytes)
    bytes.append(contentsOf: entries)
    return bytes
  }

  /// The whole index, from its tag to its size.
  package var encoded: [UInt8] {
    var bytes = head
    bytes.append(contentsOf: newlines)
    bytes.appendLittleEndian(Checksum.check32(bytes.span))
    bytes.appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count + 4))
    return bytes
  }

  /// The counts of newlines in their encoded form.
  package static func newlines(_ bytes: Span<UInt8>) -> [Int] {
    stride(from: 0, to: bytes.count, by: countByteCount).map {
      Int(bytes.littleEndian(at: $0) as UInt32)
    }
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

/// What an index says.
package struct IndexContent: Equatable, Sendable {
  package var entries: [IndexEntry] = []
  /// In the plain bytes of each block; nil where lines are not counted.
  package var newlines: [Int]?

  package init(entries: [IndexEntry] = [], newlines: [Int]? = nil) {
    self.entries = entries
    self.newlines = newlines
  }
}

extension FrameIndex {
  /// Reads a whole index.
  package static func parse(_ bytes: Span<UInt8>) -> Parsed<IndexContent> {
    guard bytes.count > 0 else { return .incomplete }
    guard isTag(bytes[0]) else { return .invalid(.indexDamaged) }
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
    var newlines: [Int]?
    if bytes[0] == tagWithLines {
      guard (bytes.count - offset) / countByteCount >= blockCount else { return .incomplete }
      let end = offset + countByteCount * blockCount
      let counts = self.newlines(bytes.extracting(offset..<end))
      guard zip(counts, entries).allSatisfy({ $0 <= $1.plainSize }) else {
        return .invalid(.indexDamaged)
      }
      (newlines, offset) = (counts, end)
    }
    guard bytes.count >= offset + 8 else { return .incomplete }
    let check: UInt32 = bytes.littleEndian(at: offset)
    let size: UInt32 = bytes.littleEndian(at: offset + 4)
    guard check == Checksum.check32(bytes.extracting(0..<offset)), Int(size) == offset + 8 else {
      return .invalid(.indexDamaged)
    }
    return .value(IndexContent(entries: entries, newlines: newlines), byteCount: offset + 8)
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
