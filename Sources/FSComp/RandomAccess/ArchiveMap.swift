import Prediction

/// Where everything in an archive is, without the content.
public struct ArchiveMap: Sendable {
  /// Where a block is: in the archive, and in what it holds.
  public struct Block: Equatable, Sendable {
    /// Bytes of its content.
    public var plainSize: Int
    /// Bytes in the archive, header included.
    public var codedSize: Int
    /// Where the block begins in the archive.
    public var offset: Int
    /// Where its content begins in the plain bytes of the archive.
    public var plainOffset: Int
    /// In its plain bytes; nil where no index of lines is stored.
    public var newlines: Int?
    var contentCheck: UInt32
  }

  /// A frame: archives that were joined by concatenation have several.
  public struct Frame: Equatable, Sendable {
    /// Where the frame begins in the archive.
    public var offset: Int
    /// Bytes from its header to its index.
    public var archiveSize: Int
    /// The model that its blocks were coded with.
    public var modelID: ModelID
    /// Into `blocks`.
    public var blocks: Range<Int>
    /// Whether an index of lines is stored.
    public var countsLines: Bool
  }

  /// In the order of the archive.
  public private(set) var frames: [Frame] = []
  /// Those of all frames, in order.
  public private(set) var blocks: [Block] = []

  /// Bytes that the archive holds.
  public var plainSize: Int { blocks.last.map { $0.plainOffset + $0.plainSize } ?? 0 }

  /// Finds out by reading the indexes, from the end of the archive to its beginning. Where there is
  /// none, in front of a frame of a single block or of a damaged index, the headers of blocks are
  /// read instead, from the beginning.
  /// - Throws: `ArchiveError`, or what `source` throws, which may be anything.
  public init(of source: some RandomAccessSource) throws {
    let size = try source.size
    let end = try Self.endWithoutZeros(of: source)
    guard end > 0 else { throw ArchiveError(kind: .truncated, offset: 0) }
    var found: [FrameParts] = []
    // The last byte of an index that is not zero is one of the four that say how long it is.
    var ends = (end...min(size, end + 3)).reversed().map { $0 }
    while let frame = try FrameParts.ending(atOneOf: ends, of: source) {
      found.append(frame)
      ends = [frame.offset]
    }
    // Zeros may also be what a block ends with.
    let limit = found.last?.offset ?? size
    var offset = 0
    while offset < min(limit, end) {
      let frame = try FrameParts.beginning(
        at: offset, of: source, limit: limit, blocksBefore: blocks.count)
      add(frame)
      offset = frame.end
    }
    for frame in found.reversed() { add(frame) }
  }

  private mutating func add(_ frame: FrameParts) {
    let first = blocks.count
    var (offset, plainOffset) = (frame.offset + FrameHeader.byteCount, plainSize)
    for (number, entry) in frame.entries.enumerated() {
      blocks.append(
        Block(
          plainSize: entry.plainSize, codedSize: entry.codedSize, offset: offset,
          plainOffset: plainOffset, newlines: frame.newlines?[number],
          contentCheck: entry.contentCheck))
      offset += entry.codedSize
      plainOffset += entry.plainSize
    }
    frames.append(
      Frame(
        offset: frame.offset, archiveSize: frame.end - frame.offset, modelID: frame.modelID,
        blocks: first..<blocks.count, countsLines: frame.newlines != nil))
  }

  /// The last element that begins at a place or before it; the first if none does.
  private static func index<Element>(
    of place: Int, in elements: [Element], begin: (Element) -> Int
  ) -> Int {
    max(0, elements.partitionPoint { begin($0) <= place } - 1)
  }

  /// The number, from 0, of the block that a plain byte is in; nil behind the last.
  public func block(holding plainOffset: Int) -> Int? {
    guard plainOffset < .max else { return nil }
    return blocks(holding: plainOffset..<plainOffset + 1).first
  }

  /// The blocks that plain bytes are in.
  func blocks(holding range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty, range.lowerBound < plainSize else { return 0..<0 }
    let first = Self.index(of: range.lowerBound, in: blocks, begin: \.plainOffset)
    let last = Self.index(of: range.upperBound - 1, in: blocks, begin: \.plainOffset)
    return first..<last + 1
  }

  /// Reads the header of a block, by its number from 0.
  /// - Throws: `ArchiveError` unless it is what the index says, or what `source` throws.
  func header(ofBlock number: Int, from source: some RandomAccessSource) throws -> BlockHeader {
    let block = blocks[number]
    let count = min(block.codedSize, BlockHeader.maximumByteCount)
    return try header(ofBlock: number, in: source.bytes(at: block.offset, count: count)).header
  }

  /// The same of a block's bytes.
  func header(
    ofBlock number: Int, in bytes: [UInt8]
  ) throws -> (header: BlockHeader, byteCount: Int) {
    let block = blocks[number]
    func failure(_ kind: ArchiveError.Kind) -> ArchiveError {
      ArchiveError(kind: kind, block: number + 1, offset: block.offset)
    }
    switch BlockHeader.parse(bytes.span) {
    case .value(let header, let byteCount):
      guard header.plainSize == block.plainSize, header.codedSize == block.codedSize,
        header.contentCheck == block.contentCheck
      else { throw failure(.indexMismatch) }
      return (header, byteCount)
    case .incomplete: throw failure(.truncated)
    case .invalid(let kind): throw failure(kind)
    }
  }

  /// The frame of a block, by its number from 0.
  func frame(ofBlock number: Int) -> Frame {
    // Frames without blocks begin where the next one does: the last of them has the block.
    frames[Self.index(of: number, in: frames, begin: \.blocks.lowerBound)]
  }

  /// Behind the last byte that is not zero.
  private static func endWithoutZeros(of source: some RandomAccessSource) throws -> Int {
    var end = try source.size
    while end > 0 {
      let count = min(end, 1 << 16)
      let bytes = try source.bytes(at: end - count, count: count)
      if let last = bytes.lastIndex(where: { $0 != 0 }) {
        return end - count + last + 1
      }
      end -= count
    }
    return 0
  }
}

/// A frame as it is found.
private struct FrameParts {
  var offset: Int
  var end: Int
  var modelID: ModelID
  var entries: [IndexEntry]
  var newlines: [Int]?

  /// The frame that ends at one of these places with an intact index; nil if none does.
  static func ending(
    atOneOf ends: [Int], of source: some RandomAccessSource
  ) throws -> FrameParts? {
    for end in ends {
      if let frame = try ending(at: end, of: source) { return frame }
    }
    return nil
  }

  private static func ending(
    at end: Int, of source: some RandomAccessSource
  ) throws -> FrameParts? {
    guard end >= FrameHeader.byteCount + 10 else { return nil }
    let last = try source.bytes(at: end - 4, count: 4)
    guard last.count == 4 else { return nil }
    let size = Int(last.span.littleEndian(at: 0) as UInt32)
    guard size >= 10, size <= end - FrameHeader.byteCount else { return nil }
    let bytes = try source.bytes(at: end - size, count: size)
    guard case .value(let index, byteCount: size) = FrameIndex.parse(bytes.span) else {
      return nil
    }
    var offset = end - size - FrameHeader.byteCount
    for entry in index.entries where offset >= 0 { offset -= entry.codedSize }
    guard offset >= 0 else { return nil }
    let headerBytes = try source.bytes(at: offset, count: FrameHeader.byteCount)
    guard case .value(let header, _) = FrameHeader.parse(headerBytes.span), !header.isSingle,
      header.countsLines == (index.newlines != nil)
    else { return nil }
    return FrameParts(
      offset: offset, end: end, modelID: header.modelID, entries: index.entries,
      newlines: index.newlines)
  }

  /// The frame that begins there, from its headers, one after the other.
  /// - Parameters:
  ///   - limit: what is read ends there.
  ///   - blocksBefore: in the archive, for errors.
  static func beginning(
    at start: Int, of source: some RandomAccessSource, limit: Int, blocksBefore: Int
  ) throws -> FrameParts {
    let bytes = try source.bytes(at: start, count: min(FrameHeader.byteCount, limit - start))
    let header: FrameHeader
    switch FrameHeader.parse(bytes.span) {
    case .value(let value, _): header = value
    case .invalid(.notAnArchive) where start > 0:
      throw ArchiveError(kind: .trailingData, offset: start)
    case .invalid(let kind): throw ArchiveError(kind: kind, offset: start)
    case .incomplete: throw ArchiveError(kind: .truncated, offset: start)
    }
    var frame = FrameParts(
      offset: start, end: start + FrameHeader.byteCount, modelID: header.modelID, entries: [])
    while !(header.isSingle && frame.entries.count == 1) {
      let number = blocksBefore + frame.entries.count + 1
      let bytes = try source.bytes(
        at: frame.end, count: min(BlockHeader.maximumByteCount, limit - frame.end))
      if let tag = bytes.first, FrameIndex.isTag(tag), !header.isSingle {
        let countsLines = header.countsLines
        frame.end = try frame.endOfIndex(countsLines: countsLines, limit: limit)
        return frame
      }
      switch BlockHeader.parse(bytes.span) {
      case .value(let block, _) where frame.end + block.codedSize <= limit:
        frame.entries.append(IndexEntry(block))
        frame.end += block.codedSize
      case .value, .incomplete:
        throw ArchiveError(kind: .truncated, block: number, offset: frame.end)
      case .invalid(let kind):
        throw ArchiveError(kind: kind, block: number, offset: frame.end)
      }
    }
    return frame
  }

  /// Where the index ends that begins at `end`. A damaged one is passed over: the blocks tell how
  /// long it is, and what it would say is known from their headers.
  private func endOfIndex(countsLines: Bool, limit: Int) throws -> Int {
    var index = FrameIndex(countsLines: countsLines)
    for entry in entries { index.append(entry) }
    guard end + index.byteCount <= limit else { throw ArchiveError(kind: .truncated, offset: end) }
    return end + index.byteCount
  }
}
