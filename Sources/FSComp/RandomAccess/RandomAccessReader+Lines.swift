extension RandomAccessReader {
  /// Where lines, counted from 0, are in the plain bytes: from the beginning of the first to behind
  /// the newline of the last.
  ///
  /// Where an index of lines is stored, that takes the blocks that they begin and end in, and no other;
  /// blocks whose lines are not counted are decoded up to there.
  /// - Returns: the bytes of fewer lines, or none, at the end of the archive.
  /// - Throws: `ArchiveError`, also where the index miscounts the lines of a block that was decoded;
  ///   or what the source throws.
  public func plainBytes(ofLines lines: Range<Int>) throws -> Range<Int> {
    try plainBytes(ofLines: lines, whileWaiting: { _ in true })
  }

  /// - Parameter goesOn: as of `write`.
  package func plainBytes(
    ofLines lines: Range<Int>, whileWaiting goesOn: (Progress) -> Bool
  ) throws -> Range<Int> {
    var walk = NewlineWalk()
    let start = try beginning(ofLine: lines.lowerBound, &walk, whileWaiting: goesOn)
    let end = try beginning(ofLine: lines.upperBound, &walk, whileWaiting: goesOn)
    return start..<end
  }

  /// Goes on to the block that a line begins in, which is that of the newline in front of it.
  /// - Returns: where the line begins; the end of the plain bytes if there are fewer.
  private func beginning(
    ofLine line: Int, _ walk: inout NewlineWalk, whileWaiting goesOn: (Progress) -> Bool
  ) throws -> Int {
    guard line > 0 else { return 0 }
    // No archive has more newlines than bytes.
    guard line <= plainSize else { return plainSize }
    while walk.block < map.blocks.count {
      let block = map.blocks[walk.block]
      let wanted = line - walk.newlinesBefore
      let newlines: Int
      if let counted = block.newlines, counted < wanted {
        newlines = counted
      } else {
        let plain = try plain(
          ofBlock: walk.block, before: walk.block + 1, whileWaiting: goesOn)
        newlines = plain.span.newlineCount
        guard newlines == block.newlines ?? newlines else {
          throw ArchiveError(kind: .indexMismatch, block: walk.block + 1, offset: block.offset)
        }
        if let end = plain.span.end(ofLine: wanted) { return block.plainOffset + end }
      }
      walk.newlinesBefore += newlines
      walk.block += 1
    }
    return plainSize
  }
}

/// How far the newlines of an archive are counted.
private struct NewlineWalk {
  /// The next block, by its number from 0.
  var block = 0
  /// In all blocks in front of it.
  var newlinesBefore = 0
}
