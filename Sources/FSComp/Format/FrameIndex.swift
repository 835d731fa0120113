import Platform

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
  /// Where the parts of an index are, in bytes from its tag.
  package struct Extent: Equatable, Sendable {
    var blockCount: Int
    /// Where the first entry begins.
    var entries: Int
    /// Nil where lines are not counted.
    var newlines: Range<Int>?
    package var byteCount: Int
  }

  /// Reads a whole index.
  package static func parse(_ bytes: Span<UInt8>) -> Parsed<IndexContent> {
    var read = 0
    switch extent(of: bytes, read: &read) {
    case .value(let extent, let byteCount):
      return .value(content(of: bytes, extent), byteCount: byteCount)
    case .incomplete: return .incomplete
    case .invalid(let kind): return .invalid(kind)
    }
  }

  /// Checks a whole index, and takes no memory for it, whatever it promises.
  /// - Parameter read: grows by the number of bytes that were looked at.
  package static func extent(of bytes: Span<UInt8>, read: inout Int) -> Parsed<Extent> {
    var offset = 0
    defer { read += offset }
    guard bytes.count > 0 else { return .incomplete }
    guard isTag(bytes[0]) else { return .invalid(.indexDamaged) }
    offset = 1
    var blockCount = 0
    switch Varint.parse(bytes, at: offset, maximumByteCount: 8) {
    case .value(let value, let count): (blockCount, offset) = (value, offset + count)
    case .incomplete: return .incomplete
    case .invalid: return .invalid(.indexDamaged)
    }
    let entries = offset
    for _ in 0..<blockCount {
      switch parseEntry(bytes, at: offset) {
      case .value(_, let count): offset += count
      case .incomplete: return .incomplete
      case .invalid(let kind): return .invalid(kind)
      }
    }
    var newlines: Range<Int>?
    if bytes[0] == tagWithLines {
      guard (bytes.count - offset) / countByteCount >= blockCount else { return .incomplete }
      newlines = offset..<offset + countByteCount * blockCount
      offset += countByteCount * blockCount
    }
    guard bytes.count >= offset + 8 else { return .incomplete }
    let check: UInt32 = bytes.littleEndian(at: offset)
    let size: UInt32 = bytes.littleEndian(at: offset + 4)
    offset += 8
    let extent = Extent(
      blockCount: blockCount, entries: entries, newlines: newlines, byteCount: offset)
    guard Int(size) == offset, check == Checksum.check32(bytes.extracting(0..<offset - 8)),
      hasPossibleNewlines(bytes, extent)
    else { return .invalid(.indexDamaged) }
    return .value(extent, byteCount: offset)
  }

  /// What an index says whose extent is known.
  package static func content(of bytes: Span<UInt8>, _ extent: Extent) -> IndexContent {
    var entries: [IndexEntry] = []
    entries.reserveCapacity(extent.blockCount)
    forEachEntry(of: bytes, extent) { entries.append($0) }
    return IndexContent(
      entries: entries, newlines: extent.newlines.map { newlines(bytes.extracting($0)) })
  }

  /// Whether no block has more newlines than plain bytes.
  private static func hasPossibleNewlines(_ bytes: Span<UInt8>, _ extent: Extent) -> Bool {
    guard var offset = extent.newlines?.lowerBound else { return true }
    var isPossible = true
    forEachEntry(of: bytes, extent) { entry in
      let count: UInt32 = bytes.littleEndian(at: offset)
      if Int(count) > entry.plainSize { isPossible = false }
      offset += countByteCount
    }
    return isPossible
  }

  private static func forEachEntry(
    of bytes: Span<UInt8>, _ extent: Extent, _ body: (IndexEntry) -> Void
  ) {
    var offset = extent.entries
    for _ in 0..<extent.blockCount {
      guard case .value(let entry, let count) = parseEntry(bytes, at: offset) else { return }
      body(entry)
      offset += count
    }
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
