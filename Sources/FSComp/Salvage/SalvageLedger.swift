/// Keeps account of what a salvager found and of what it missed.
struct SalvageLedger {
  private struct Frame {
    /// Where it begins, or should.
    var offset: Int
    /// Where its plain bytes belong, if that is known.
    var plainOffset: Int?
    /// The first of `report.lost` that may belong to it.
    var firstLost: Int
    var countsLines = false
    /// The blocks found, by their place in the archive.
    var blocks: [(offset: Int, entry: IndexEntry)] = []

    /// Whether a stretch of the archive has the place and the size of this frame's header, or of
    /// its index if there were no blocks but those found, so that no plain bytes can be in it.
    func isHeaderOrIndex(_ stretch: Range<Int>) -> Bool {
      if blocks.isEmpty && stretch == offset..<offset + FrameHeader.byteCount { return true }
      var index = FrameIndex(countsLines: countsLines)
      for block in blocks { index.append(block.entry) }
      let layout = FrameLayout(index: blocks.map(\.entry), frameOffset: offset)
      return stretch == layout.end..<layout.end + index.byteCount
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

  mutating func beginFrame(at offset: Int, countsLines: Bool) {
    endSkip(at: offset)
    frame = Frame(
      offset: offset, plainOffset: plainOffset, firstLost: report.lost.count,
      countsLines: countsLines)
  }

  /// Takes note of a block whose content was written.
  mutating func addBlock(_ entry: IndexEntry, at offset: Int) {
    endSkip(at: offset)
    frame.blocks.append((offset, entry))
    report.recoveredBytes += entry.plainSize
    plainOffset = plainOffset.map { $0 + entry.plainSize }
  }

  mutating func addDamagedBlock(_ entry: IndexEntry, at offset: Int) {
    endSkip(at: offset)
    frame.blocks.append((offset, entry))
    report.lost.append(
      LostRange(
        archive: offset..<offset + entry.codedSize, plainOffset: plainOffset,
        plainSize: entry.plainSize, reason: .contentMismatch))
    plainOffset = plainOffset.map { $0 + entry.plainSize }
  }

  /// Takes note of the end of a frame without an index.
  mutating func endFrame(at offset: Int) {
    frame = Frame(offset: offset, plainOffset: plainOffset, firstLost: report.lost.count)
  }

  /// Takes note of an intact index, and of what it tells of the losses in its frame.
  mutating func endFrame(index: [IndexEntry], at offset: Int, end: Int) {
    endSkip(at: offset)
    defer { endFrame(at: end) }
    let layout = FrameLayout(index: index, frameOffset: frame.offset)
    // Only an index that places every block where it was found is one of this frame, whole.
    guard layout.end == offset, frame.blocks.allSatisfy({ layout.entries[$0.offset] == $0.entry })
    else { return }
    for number in frame.firstLost..<report.lost.count {
      let (before, size) = layout.plainBytes(lostIn: report.lost[number].archive)
      report.lost[number].plainOffset = frame.plainOffset.map { $0 + before }
      report.lost[number].plainSize = size
    }
    plainOffset = frame.plainOffset.map { $0 + layout.plainSize }
  }

  /// - Parameter isComplete: whether an archive may end like this.
  mutating func finish(at offset: Int, isComplete: Bool) -> SalvageReport {
    if skipped?.isPadding == true { skipped = nil }
    let endsInLoss = isSkipping
    endSkip(at: offset)
    if !isComplete && !endsInLoss {
      report.lost.append(
        LostRange(
          archive: offset..<offset, plainOffset: plainOffset, plainSize: nil, reason: .truncated))
    }
    return report
  }

  private mutating func endSkip(at offset: Int) {
    guard let (start, reason, _) = skipped else { return }
    skipped = nil
    let plainSize = frame.isHeaderOrIndex(start..<offset) ? 0 : nil
    report.lost.append(
      LostRange(
        archive: start..<offset, plainOffset: plainOffset, plainSize: plainSize, reason: reason))
    if plainSize == nil { plainOffset = nil }
  }
}

/// Where the blocks of a frame stand in the archive, as its index has it.
private struct FrameLayout {
  let index: [IndexEntry]
  let start: Int
  /// The entries by the places of their blocks.
  private(set) var entries: [Int: IndexEntry] = [:]
  /// Where the last block ends.
  private(set) var end: Int
  private(set) var plainSize = 0

  init(index: [IndexEntry], frameOffset: Int) {
    self.index = index
    start = frameOffset + FrameHeader.byteCount
    end = start
    for entry in index {
      entries[end] = entry
      end += entry.codedSize
      plainSize += entry.plainSize
    }
  }

  /// How many plain bytes of the frame come before, and how many stand in, the blocks that a
  /// stretch of the archive touches.
  func plainBytes(lostIn archive: Range<Int>) -> (before: Int, size: Int) {
    var (before, size) = (0, 0)
    var offset = start
    for entry in index {
      let block = offset..<offset + entry.codedSize
      if block.upperBound <= archive.lowerBound { before += entry.plainSize }
      if block.overlaps(archive) { size += entry.plainSize }
      offset = block.upperBound
    }
    return (before, size)
  }
}
