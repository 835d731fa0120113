import Prediction

/// Archives that become one.
///
/// Archives concatenate as they are; joined, their blocks are in one frame, with one index, as if
/// what is in them had been compressed as one. Nothing is decoded: blocks are copied.
public struct ArchiveJoin<Source: RandomAccessSource> {
  private let parts: [(source: Source, map: ArchiveMap)]

  /// Reads their indexes.
  /// - Throws: `ArchiveError`, or what the sources throw, which may be anything.
  public init(_ sources: [Source]) throws {
    parts = try sources.map { ($0, try ArchiveMap(of: $0)) }
  }

  /// Writes all of them, in order, as one archive. A frame ends where the model changes, and where
  /// blocks whose lines are counted meet others.
  /// - Returns: the totals.
  /// - Throws: what the sources and `sink` throw, and `ArchiveError` where a source has become
  ///   shorter.
  public func write(to sink: inout some ByteSink) throws -> Progress {
    let blockCount = parts.reduce(0) { $0 + $1.map.blocks.count }
    var frame = JoinedFrame()
    for part in parts {
      for old in part.map.frames where !old.blocks.isEmpty || blockCount == 0 {
        let header = FrameHeader(
          isSingle: blockCount == 1 && !old.countsLines, countsLines: old.countsLines,
          modelID: old.modelID)
        try frame.begin(header, on: &sink)
        for block in part.map.blocks[old.blocks] {
          try frame.add(block, of: part.source, to: &sink)
        }
      }
    }
    try frame.end(on: &sink)
    return frame.progress
  }
}

/// A frame that blocks are copied to.
private struct JoinedFrame {
  private var header: FrameHeader?
  private var index = FrameIndex()
  private(set) var progress = Progress()

  /// Begins a frame unless one like it has begun.
  mutating func begin(_ header: FrameHeader, on sink: inout some ByteSink) throws {
    if header == self.header { return }
    try end(on: &sink)
    self.header = header
    index = FrameIndex(countsLines: header.countsLines)
    try put(header.encoded, on: &sink)
  }

  mutating func add(
    _ block: ArchiveMap.Block, of source: some RandomAccessSource, to sink: inout some ByteSink
  ) throws {
    if index.blockCount == BlockLimits.blocksPerFrame, let header {
      try end(on: &sink)
      try begin(header, on: &sink)
    }
    var copied = 0
    while copied < block.codedSize {
      let bytes = try source.bytes(
        at: block.offset + copied, count: min(block.codedSize - copied, 1 << 20))
      if bytes.isEmpty { throw ArchiveError(kind: .truncated, offset: block.offset) }
      try put(bytes, on: &sink)
      copied += bytes.count
    }
    index.append(
      IndexEntry(
        plainSize: block.plainSize, codedSize: block.codedSize, contentCheck: block.contentCheck),
      newlines: block.newlines)
    progress.plainBytes += block.plainSize
  }

  mutating func end(on sink: inout some ByteSink) throws {
    guard let header = header.take(), !header.isSingle else { return }
    try put(index.encoded, on: &sink)
  }

  private mutating func put(_ bytes: [UInt8], on sink: inout some ByteSink) throws {
    try sink.write(bytes)
    progress.archiveBytes += bytes.count
  }
}
