/// How large blocks may be, in plain bytes.
package struct BlockSizes {
  package var withNetwork: Int
  /// At least as much.
  package var withoutNetwork: Int

  package init(withNetwork: Int, withoutNetwork: Int) {
    self.withNetwork = withNetwork
    self.withoutNetwork = withoutNetwork
  }
}

/// Cuts a stream into blocks.
///
/// All are as large as they may be but the last two, which share equally what is left: the models of
/// a short rest would learn little, and it would leave all threads but one without work.
package struct BlockCutter<Source: ByteSource>: ~Copyable {
  private let blockSizes: BlockSizes
  private let usesNetwork: (ArraySlice<UInt8>) -> Bool
  private let flushAfter: Duration?
  private var input = InputBuffer()
  /// Read, and not yet in a block.
  private var pending: [UInt8] = []

  /// - Parameter usesNetwork: whether the network would take part in a block of these bytes; asked
  ///   where the size of the block depends on it.
  package init(
    blockSizes: BlockSizes, flushAfter: Duration?,
    usesNetwork: @escaping (ArraySlice<UInt8>) -> Bool
  ) {
    self.blockSizes = blockSizes
    self.flushAfter = flushAfter
    self.usesNetwork = usesNetwork
  }

  /// Whether it is known that no block follows. A stream that is to be flushed in time cannot wait
  /// for this to be known.
  package var isAtEnd: Bool { pending.isEmpty && input.unreadCount == 0 && input.hasEnded }

  /// The next block; nil at the end of the stream.
  package mutating func next(
    from source: inout Source, whileWaiting idle: InputBuffer.Idle
  ) throws -> PlainBlock? {
    try readAhead(from: &source, whileWaiting: idle)
    return cut()
  }

  /// The next block of what was read, whether it is full or not; nil when nothing is left of it.
  package mutating func nextOfWhatWasRead() -> PlainBlock? {
    input.move(to: &pending, limit: readAheadLimit)
    return cut()
  }

  private mutating func cut() -> PlainBlock? {
    if pending.isEmpty { return nil }
    let count = blockCount(atMost: blockSizes.withoutNetwork)
    if count <= blockSizes.withNetwork { return take(count, usesNetwork: nil) }
    let usesNetwork = usesNetwork(pending[..<count])
    return take(
      usesNetwork ? blockCount(atMost: blockSizes.withNetwork) : count, usesNetwork: usesNetwork)
  }

  private mutating func take(_ count: Int, usesNetwork: Bool?) -> PlainBlock {
    if count == pending.count {
      defer { pending = [] }
      return PlainBlock(pending, usesNetwork: usesNetwork)
    }
    let block = PlainBlock(Array(pending[..<count]), usesNetwork: usesNetwork)
    // Into memory of its own size: what was read ahead may be several blocks.
    pending = Array(pending[count...])
    return block
  }

  /// How many of the pending bytes the next block takes.
  private func blockCount(atMost blockSize: Int) -> Int {
    let isRest = pending.count > blockSize && pending.count < 2 * blockSize
    return isRest ? (pending.count + 1) / 2 : min(blockSize, pending.count)
  }

  /// Two blocks. A stream that is to be flushed in time sees only one block of it.
  private var readAheadLimit: Int {
    flushAfter == nil ? 2 * blockSizes.withoutNetwork : blockSizes.withNetwork
  }

  /// Reads to the limit, the end of the input, or until the time is up.
  private mutating func readAhead(
    from source: inout Source, whileWaiting idle: InputBuffer.Idle
  ) throws {
    let limit = readAheadLimit
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
