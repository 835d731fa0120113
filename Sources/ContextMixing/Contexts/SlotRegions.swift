import CMixingKernels

/// Which lines of the table of slots a context may take.
///
/// Beside a network each lane has a region for the contexts that are local to it, and all lanes
/// share the rest. What is local is worth something for some thousands of bytes only: kept apart,
/// and cleared in time, it does not push out what others learn, and stays in the cache.
package struct SlotRegions {
  /// A lane's region is cleared whenever it has coded this many bytes, as a power of two.
  private static let epochBits = 14
  /// The most lines of a lane's region: about what an epoch of text fills.
  private static let mostLocalLines = 2048

  private let sharedLines: Int
  /// Of each lane; 0 where nothing is local.
  private let localLines: Int
  private let lines: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - lines: [lineCount][FSC_LINE_BYTES]; at least 256.
  ///   - hasLocal: whether lanes have contexts of their own.
  package init(lines: UnsafeMutableRawPointer, lineCount: Int, laneCount: Int, hasLocal: Bool) {
    self.lines = lines
    localLines = hasLocal ? min(Self.mostLocalLines, lineCount / (2 * laneCount)) : 0
    sharedLines = lineCount - laneCount * localLines
  }

  /// The region of all lanes, and that of one.
  @inline(__always)
  package var shared: SlotRegion { SlotRegion(first: 0, count: UInt64(truncatingIfNeeded: sharedLines)) }

  @inline(__always)
  package func local(lane: Int) -> SlotRegion {
    if localLines == 0 { return shared }
    return SlotRegion(
      first: UInt64(truncatingIfNeeded: sharedLines &+ lane &* localLines),
      count: UInt64(truncatingIfNeeded: localLines))
  }

  /// Clears a lane's region at the end of an epoch.
  ///
  /// - Parameter byteCount: how many bytes of the lane have been coded, at least 1.
  @inline(__always)
  package func endByte(lane: Int, byteCount: Int) {
    if localLines > 0 && byteCount & (1 << Self.epochBits &- 1) == 0 { clear(lane: lane) }
  }

  @inline(never)
  private func clear(lane: Int) {
    (lines + (sharedLines + lane * localLines) * FSC_LINE_BYTES)
      .initializeMemory(as: UInt8.self, repeating: 0, count: localLines * FSC_LINE_BYTES)
  }
}

/// Lines that follow each other.
package struct SlotRegion {
  package let first: UInt64
  package let count: UInt64

  package init(first: UInt64, count: UInt64) {
    self.first = first
    self.count = count
  }

  /// The hash with its upper half, a fraction of 2^32, made the number of a line.
  @inline(__always)
  package func place(_ hash: UInt64) -> UInt64 {
    let line = first &+ ((hash >> 32) &* count) >> 32
    return line << 32 | hash & 0xFFFF_FFFF
  }

  /// The bits in which lines of the region may differ to be near each other: in groups of 64, or as
  /// many as the region can be divided into from its first line on. 64 lines are a page of memory,
  /// whose address takes long to look up.
  package var nearBits: UInt64 {
    let all = first | count | 64
    return (all & (0 &- all)) &- 1
  }

  /// A place near another one of the same region, with the lower half of a hash.
  ///
  /// - Parameter nearBits: the region's.
  @inline(__always)
  package static func place(near other: UInt64, _ hash: UInt64, nearBits: UInt64) -> UInt64 {
    let line = other >> 32 ^ (hash >> 58) & nearBits
    return line << 32 | hash & 0xFFFF_FFFF
  }
}
