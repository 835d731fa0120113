import FSComp

/// Passes some lines on, found by counting newlines.
final class LineRangeSink<Sink: ByteSink>: ByteSink {
  private var sink: Sink
  /// Lines still to be passed over, and then to be passed on.
  private var (skipped, wanted): (Int, Int)

  /// - Parameter newlinesBefore: in front of the first byte that is written to this.
  init(_ range: LineRange, from newlinesBefore: Int = 0, to sink: Sink) {
    self.sink = sink
    (skipped, wanted) = (range.lines.lowerBound - newlinesBefore, range.lines.count)
  }

  /// - Throws: `EnoughRead` behind the last line, or what `sink` throws.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while skipped > 0 {
      guard let end = bytes.endOfLine(from: start) else { return }
      skipped -= 1
      start = end
    }
    var end = start
    while wanted > 0, end < bytes.count {
      guard let next = bytes.endOfLine(from: end) else {
        end = bytes.count
        break
      }
      wanted -= 1
      end = next
    }
    if start < end { try sink.write(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
    if wanted == 0 { throw EnoughRead() }
  }
}
