import Model

/// Reads an archive item by item and checks everything but the content of blocks: order, headers,
/// and that each index says of the blocks what they say of themselves.
///
/// The source is passed in with every call, so that the caller keeps it. Where it has nothing to
/// give yet (`InputPending`), the same call can be made again when it has.
package struct ArchiveReader {
  package enum Item {
    case frame(FrameHeader)
    /// The payload is to be read or skipped before the next item.
    case block(BlockHeader)
    /// With the newlines of each of its blocks, if the index counts them.
    case endOfFrame(newlines: [Int]?)
  }

  private struct OpenFrame {
    var header: FrameHeader
    var firstBlock: Int
    var index: FrameIndex
  }

  private var input = InputBuffer()
  private var frame: OpenFrame?
  /// The number of the last block found, from 1, over all frames.
  package private(set) var blockNumber = 0
  /// Where the last item begins.
  package private(set) var itemOffset = 0
  /// Whether that item is not complete, because the source had no more.
  private var isWithinItem = false
  /// Of a payload, or of the counts in an index, what was read so far.
  private var partial: [UInt8] = []
  /// Where the payload began.
  private var payloadOffset = 0

  package init() {}

  /// Where the next item begins.
  package var offset: Int { input.offset }

  /// Bytes of memory that grow with the number of blocks in a frame.
  package var indexMemory: Int {
    guard let frame, !frame.header.isSingle else { return 0 }
    return frame.index.entryByteCount
  }

  /// The next item, or nil at the end of the archive.
  package mutating func next(
    from source: inout some ByteSource, whileWaiting idle: InputBuffer.Idle
  ) throws -> Item? {
    if !isWithinItem { itemOffset = input.offset }
    isWithinItem = true
    let item = try findItem(from: &source, whileWaiting: idle)
    isWithinItem = false
    payloadOffset = input.offset
    return item
  }

  private mutating func findItem(
    from source: inout some ByteSource, whileWaiting idle: InputBuffer.Idle
  ) throws -> Item? {
    guard let open = frame else { return try openFrame(from: &source, whileWaiting: idle) }
    if open.header.isSingle && open.index.blockCount == 1 {
      frame = nil
      return .endOfFrame(newlines: nil)
    }
    // Of all that may follow, only an index is used up before it is complete.
    let isWithinIndex = input.offset > itemOffset
    let isIndex = try isWithinIndex || parse(
      from: &source, block: nil, whileWaiting: idle
    ) { bytes in
      bytes.count > 0 ? .value(FrameIndex.isTag(bytes[0]), byteCount: 0) : .incomplete
    }
    if isIndex && !open.header.isSingle {
      let newlines = try checkIndex(of: open, from: &source, whileWaiting: idle)
      frame = nil
      return .endOfFrame(newlines: newlines)
    }
    let header = try parse(
      from: &source, block: blockNumber + 1, whileWaiting: idle, with: BlockHeader.parse)
    blockNumber += 1
    frame?.index.append(IndexEntry(header))
    return .block(header)
  }

  private mutating func openFrame(
    from source: inout some ByteSource, whileWaiting idle: InputBuffer.Idle
  ) throws -> Item? {
    if input.offset > 0 {
      guard try skipPadding(from: &source, whileWaiting: idle) else { return nil }
    }
    let header = try parse(
      from: &source, block: nil, whileWaiting: idle, with: FrameHeader.parse)
    frame = OpenFrame(
      header: header, firstBlock: blockNumber + 1,
      index: FrameIndex(countsLines: header.countsLines))
    return .frame(header)
  }

  /// Passes over the zeros that fill the last block of a tape or of `dd conv=sync`. Returns whether
  /// there are other bytes.
  private mutating func skipPadding(
    from source: inout some ByteSource, whileWaiting idle: InputBuffer.Idle
  ) throws -> Bool {
    while true {
      let zeros = input.withUnread { bytes in
        (0..<bytes.count).first { bytes[$0] != 0 } ?? bytes.count
      }
      input.consume(zeros)
      if input.unreadCount > 0 {
        // Zeros end an archive: nothing may follow them.
        guard input.offset == itemOffset else {
          throw ArchiveError(kind: .trailingData, offset: itemOffset)
        }
        return true
      }
      guard try input.refill(from: &source, whileWaiting: idle) == .more else { return false }
    }
  }

  /// Applies a parser to the next bytes, as many as it wants, and consumes what it used.
  private mutating func parse<Value>(
    from source: inout some ByteSource, block: Int?, whileWaiting idle: InputBuffer.Idle,
    with parser: (Span<UInt8>) -> Parsed<Value>
  ) throws -> Value {
    while true {
      switch input.withUnread(parser) {
      case .value(let value, let byteCount):
        input.consume(byteCount)
        return value
      case .invalid(.notAnArchive) where itemOffset > 0:
        throw ArchiveError(kind: .trailingData, offset: itemOffset)
      case .invalid(let kind):
        throw ArchiveError(kind: kind, block: block, offset: itemOffset)
      case .incomplete:
        guard try input.refill(from: &source, whileWaiting: idle) == .more else {
          throw ArchiveError(kind: .truncated, block: block, offset: itemOffset)
        }
      }
    }
  }

  /// Returns the counts of newlines, if there are any. Their sum is checked, that they are those of
  /// the blocks is not.
  private mutating func checkIndex(
    of frame: OpenFrame, from source: inout some ByteSource, whileWaiting idle: InputBuffer.Idle
  ) throws -> [Int]? {
    var index = frame.index
    let head = index.head
    try match(head[...], of: frame, from: &source, whileWaiting: idle)
    while partial.count < index.newlinesByteCount {
      if input.unreadCount == 0 {
        guard try input.refill(from: &source, whileWaiting: idle) == .more else {
          throw ArchiveError(kind: .truncated, offset: itemOffset)
        }
      }
      input.move(to: &partial, limit: index.newlinesByteCount)
    }
    index.setNewlines(partial)
    let rest = index.encoded[(head.count + partial.count)...]
    try match(rest, of: frame, from: &source, whileWaiting: idle)
    defer { partial = [] }
    return index.countsLines ? FrameIndex.newlines(partial.span) : nil
  }

  /// Consumes those of the bytes of an index that are to come, which are to be these. Their indices
  /// are their places in it.
  private mutating func match(
    _ expected: ArraySlice<UInt8>, of frame: OpenFrame, from source: inout some ByteSource,
    whileWaiting idle: InputBuffer.Idle
  ) throws {
    while case let position = input.offset - itemOffset, position < expected.endIndex {
      if input.unreadCount == 0 {
        guard try input.refill(from: &source, whileWaiting: idle) == .more else {
          throw ArchiveError(kind: .truncated, offset: itemOffset)
        }
      }
      let count = min(input.unreadCount, expected.endIndex - position)
      let agreeing = input.withUnread { bytes in
        (0..<count).first { bytes[$0] != expected[position + $0] } ?? count
      }
      guard agreeing == count else {
        let block = frame.index.block(at: position + agreeing).map { frame.firstBlock + $0 }
        throw ArchiveError(kind: .indexMismatch, block: block, offset: itemOffset)
      }
      input.consume(count)
    }
  }
}

extension ArchiveReader {
  /// Reads the payload of the block whose header was the last item. Memory is taken for bytes that
  /// are there, not for those that the header promises.
  package mutating func readPayload(
    of header: BlockHeader, from source: inout some ByteSource,
    whileWaiting idle: InputBuffer.Idle
  ) throws -> [UInt8] {
    try forPayload(of: header, from: &source, whileWaiting: idle) { input, payload, _ in
      input.move(to: &payload, limit: header.payloadSize)
    }
    defer { partial = [] }
    return partial
  }

  /// Passes over the payload of the block whose header was the last item.
  package mutating func skipPayload(
    of header: BlockHeader, from source: inout some ByteSource
  ) throws {
    try forPayload(of: header, from: &source, whileWaiting: { false }) { input, _, left in
      input.consume(min(input.unreadCount, left))
    }
  }

  private mutating func forPayload(
    of header: BlockHeader, from source: inout some ByteSource,
    whileWaiting idle: InputBuffer.Idle,
    use: (inout InputBuffer, _ payload: inout [UInt8], _ left: Int) -> Void
  ) throws {
    let end = payloadOffset + header.payloadSize
    while input.offset < end {
      if input.unreadCount == 0 {
        guard try input.refill(from: &source, whileWaiting: idle) == .more else {
          throw ArchiveError(kind: .truncated, block: blockNumber, offset: itemOffset)
        }
      }
      use(&input, &partial, end - input.offset)
    }
  }
}
