/// Cuts a stream into blocks.
///
/// All have the same size but the last two, which share equally what is left: the models of a short
/// rest would learn little, and it would leave all threads but one without work.
struct BlockCutter<Source: ByteSource>: ~Copyable {
  private let blockSize: Int
  private let flushAfter: Duration?
  private var input = InputBuffer()
  /// Read, and not yet in a block.
  private var pending: [UInt8] = []

  init(blockSize: Int, flushAfter: Duration?) {
    self.blockSize = blockSize
    self.flushAfter = flushAfter
  }

  /// Whether it is known that no block follows. A stream that is to be flushed in time cannot wait
  /// for this to be known.
  var isAtEnd: Bool { pending.isEmpty && input.unreadCount == 0 && input.hasEnded }

  /// The next block; empty at the end of the stream.
  mutating func next(
    from source: inout Source, whileWaiting idle: InputBuffer.Idle
  ) throws -> [UInt8] {
    try readAhead(from: &source, whileWaiting: idle)
    let isRest = pending.count > blockSize && pending.count < 2 * blockSize
    let count = isRest ? (pending.count + 1) / 2 : min(blockSize, pending.count)
    if count == pending.count {
      defer { pending = [] }
      return pending
    }
    let block = Array(pending[..<count])
    pending.removeFirst(count)
    return block
  }

  /// Reads until there are two blocks, the input ends, or the time is up. A stream that is to be
  /// flushed in time sees only one block of it.
  private mutating func readAhead(
    from source: inout Source, whileWaiting idle: InputBuffer.Idle
  ) throws {
    let limit = flushAfter == nil ? 2 * blockSize : blockSize
    var deadline: ContinuousClock.Instant?
    while pending.count < limit {
      if input.unreadCount == 0 {
        let refill = try input.refill(from: &source, until: deadline, whileWaiting: idle)
        guard refill == .more else { break }
      }
      input.move(to: &pending, limit: limit)
      if deadline == nil { deadline = flushAfter.map { .now + $0 } }
    }
    // To know that a block is the last takes a look beyond it.
    if flushAfter == nil && pending.count == limit && input.unreadCount == 0 {
      _ = try input.refill(from: &source, whileWaiting: idle)
    }
  }
}
