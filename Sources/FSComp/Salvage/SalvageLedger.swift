/// Keeps account of what a salvager found and of what it missed.
struct SalvageLedger {
  private struct Frame {
    /// Where it begins, or should.
    var offset: Int
    /// Where its plain bytes belong, if that is known.
    var plainOffset: Int?
    /// The first of `report.lost` that may belong to it.
    var firstLost: Int
    /// Nil when it is damaged.
    var header: FrameHeader?
    /// The blocks found, by their place in the archive. Newlines where the frame counts lines and
    /// the content is there.
    var blocks: [(offset: Int, entry: IndexEntry, newlines: Int?)] = []
    /// What the index would be if there were no blocks but those found.
    var index: FrameIndex
    /// Bytes of the blocks found.
    var codedSize = 0

    init(offset: Int, plainOffset: Int?, firstLost: Int, header: FrameHeader? = nil) {
      self.offset = offset
      self.plainOffset = plainOffset
      self.firstLost = firstLost
      self.header = header
      index = FrameIndex(countsLines: header?.countsLines ?? false)
    }

    mutating func add(_ entry: IndexEntry, newlines: Int?, at offset: Int) {
      blocks.append((offset, entry, newlines))
      index.append(entry)
      codedSize += entry.codedSize
    }

    /// Whether a stretch of the archive has the place and the size of this frame's header, or of
    /// its index if there were no blocks but those found, so that no plain bytes can be in it.
    func isHeaderOrIndex(_ stretch: Range<Int>) -> Bool {
      if blocks.isEmpty && stretch == offset..<offset + FrameHeader.byteCount { return true }
      let end = offset + FrameHeader.byteCount + codedSize
      return stretch == end..<end + index.byteCount
    }

    /// Whether an index has every block found, in its place, and nothing between frame header and
    /// index but blocks.
    func agrees(with layout: FrameLayout, indexOffset: Int) -> Bool {
      layout.end == indexOffset
        && blocks.allSatisfy { layout.entry(at: $0.offset) == $0.entry }
    }

    /// Whether an index that agrees counts the lines that there are, if it should count them.
    func hasLines(of index: IndexContent, _ layout: FrameLayout) -> Bool {
      guard let header else { return true }
      guard header.countsLines == (index.newlines != nil) else { return false }
      guard let counts = index.newlines else { return true }
      return blocks.allSatisfy { block in
        block.newlines == nil || layout.block(at: block.offset).map { counts[$0] } == block.newlines
      }
    }
  }

  private var report = SalvageReport()
  private var frame = Frame(offset: 0, plainOffset: 0, firstLost: 0)
  /// Where the next plain byte belongs; nil after a loss of unknown size.
  private var plainOffset: Int? = 0
  /// Where the present stretch of unintelligible bytes begins, why it does, and whether it may be
  /// the zeros that fill up an archive.
  private var skipped: (start: Int, reason: ArchiveError.Kind, isPadding: Bool)?

  var isSkipping: Bool { skipped != nil }

  /// - Parameter isPadding: whether it is a zero behind a frame, or behind such zeros.
  mutating func skipByte(at offset: Int, reason: ArchiveError.Kind, isPadding: Bool) {
    if skipped == nil { skipped = (offset, reason, isPadding && offset > 0) }
    if !isPadding { skipped?.isPadding = false }
  }

  /// Takes note that what begins there should have had something else before it. Where bytes were
  /// skipped that is known already.
  mutating func missItem(before offset: Int, reason: ArchiveError.Kind) {
    if isSkipping { return }
    lose(offset..<offset, plainSize: nil, reason: reason)
  }

  mutating func beginFrame(_ header: FrameHeader, at offset: Int) {
    endSkip(at: offset)
    frame = Frame(
      offset: offset, plainOffset: plainOffset, firstLost: report.lost.count, header: header)
  }

  /// Takes note of a block whose content was written.
  /// - Parameter plain: the content.
  mutating func addBlock(_ entry: IndexEntry, of plain: [UInt8], at offset: Int) {
    endSkip(at: offset)
    let newlines = frame.header?.countsLines == true ? plain.span.newlineCount : nil
    frame.add(entry, newlines: newlines, at: offset)
    report.recoveredBytes += entry.plainSize
    plainOffset = plainOffset.map { $0 + entry.plainSize }
  }

  mutating func addDamagedBlock(_ entry: IndexEntry, at offset: Int) {
    endSkip(at: offset)
    frame.add(entry, newlines: nil, at: offset)
    lose(offset..<offset + entry.codedSize, plainSize: entry.plainSize, reason: .contentMismatch)
  }

  /// Takes note of the end of a frame without an index.
  mutating func endFrame(at offset: Int) {
    frame = Frame(offset: offset, plainOffset: plainOffset, firstLost: report.lost.count)
  }

  /// Takes note of an intact index, and of what it tells of the losses in its frame.
  mutating func endFrame(index: IndexContent, at offset: Int, end: Int) {
    endSkip(at: offset)
    defer { endFrame(at: end) }
    let layout = FrameLayout(index: index.entries, frameOffset: frame.offset)
    guard frame.agrees(with: layout, indexOffset: offset) else {
      // It is the index of another frame, or blocks are gone without a trace.
      if frame.firstLost == report.lost.count {
        lose(offset..<end, plainSize: nil, reason: .indexMismatch)
      }
      return
    }
    for number in frame.firstLost..<report.lost.count {
      let (before, size) = layout.plainBytes(lostIn: report.lost[number].archive)
      report.lost[number].plainOffset = frame.plainOffset.map { $0 + before }
      report.lost[number].plainSize = size
    }
    plainOffset = frame.plainOffset.map { $0 + layout.plainSize }
    if !frame.hasLines(of: index, layout) {
      lose(offset..<end, plainSize: 0, reason: .indexMismatch)
    }
  }

  /// - Parameter isComplete: whether an archive may end like this.
  mutating func finish(at offset: Int, isComplete: Bool) -> SalvageReport {
    if skipped?.isPadding == true { skipped = nil }
    let endsInLoss = isSkipping
    endSkip(at: offset)
    if !isComplete && !endsInLoss { lose(offset..<offset, plainSize: nil, reason: .truncated) }
    return report
  }

  private mutating func endSkip(at offset: Int) {
    guard let (start, reason, _) = skipped else { return }
    skipped = nil
    let plainSize = frame.isHeaderOrIndex(start..<offset) ? 0 : nil
    lose(start..<offset, plainSize: plainSize, reason: reason)
  }

  private mutating func lose(_ archive: Range<Int>, plainSize: Int?, reason: ArchiveError.Kind) {
    report.lost.append(
      LostRange(
        archive: archive, plainOffset: plainOffset, plainSize: plainSize, reason: reason))
    plainOffset = plainSize.flatMap { size in plainOffset.map { $0 + size } }
  }
}
