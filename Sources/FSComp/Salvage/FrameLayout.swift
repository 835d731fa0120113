/// Where the blocks of a frame stand in the archive, as its index has it.
struct FrameLayout {
  private let entries: [IndexEntry]
  /// Where each block begins in the archive, and where the last one ends.
  private var starts: [Int]
  /// Plain bytes of the frame before each block, and those of all.
  private var plainStarts: [Int]

  init(index: [IndexEntry], frameOffset: Int) {
    entries = index
    starts = [frameOffset + FrameHeader.byteCount]
    plainStarts = [0]
    starts.reserveCapacity(index.count + 1)
    plainStarts.reserveCapacity(index.count + 1)
    for (number, entry) in index.enumerated() {
      starts.append(starts[number] + entry.codedSize)
      plainStarts.append(plainStarts[number] + entry.plainSize)
    }
  }

  /// Where the last block ends.
  var end: Int { starts[entries.count] }
  var plainSize: Int { plainStarts[entries.count] }

  /// The number of the block that begins there; nil if none does.
  func block(at offset: Int) -> Int? {
    let number = starts.partitionPoint { $0 < offset }
    return number < entries.count && starts[number] == offset ? number : nil
  }

  func entry(at offset: Int) -> IndexEntry? { block(at: offset).map { entries[$0] } }

  /// How many plain bytes of the frame come before, and how many stand in, the blocks that a
  /// stretch of the archive touches.
  func plainBytes(lostIn archive: Range<Int>) -> (before: Int, size: Int) {
    // A block ends where the next one begins.
    let first = starts.dropFirst().partitionPoint { $0 <= archive.lowerBound }
    let last = starts.dropLast().partitionPoint { $0 < archive.upperBound }
    guard !archive.isEmpty, first < last else { return (plainStarts[first], 0) }
    return (plainStarts[first], plainStarts[last] - plainStarts[first])
  }
}
