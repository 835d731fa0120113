extension ArchiveMap {
  /// Whether something says where lines are.
  public var countsLines: Bool { frames.contains(where: \.countsLines) }

  /// Line ends in the plain bytes of a frame; nil where no index of lines is stored.
  func newlines(in frame: Frame) -> Int? {
    guard frame.countsLines else { return nil }
    return frame.blocks.reduce(0) { $0 + (blocks[$1].newlines ?? 0) }
  }

  /// Where to look for lines, counted from 0: the plain bytes of whole blocks, and how many lines
  /// end before them. From the first frame on that does not count its lines, up to the end.
  public func plainBytes(
    holdingLines lines: Range<Int>
  ) -> (bytes: Range<Int>, newlinesBefore: Int) {
    guard !lines.isEmpty else { return (plainSize..<plainSize, 0) }
    var newlinesBefore = 0
    var first = 0
    // The line begins behind the last newline that comes before it.
    while first < blocks.count, let count = blocks[first].newlines,
      newlinesBefore + count < lines.lowerBound
    {
      newlinesBefore += count
      first += 1
    }
    guard first < blocks.count else { return (plainSize..<plainSize, newlinesBefore) }
    var (last, newlines) = (first, newlinesBefore)
    while last < blocks.count, let count = blocks[last].newlines {
      newlines += count
      if newlines >= lines.upperBound { break }
      last += 1
    }
    let isEndKnown = last < blocks.count && blocks[last].newlines != nil
    let end = isEndKnown ? blocks[last].plainOffset + blocks[last].plainSize : plainSize
    return (blocks[first].plainOffset..<end, newlinesBefore)
  }
}
