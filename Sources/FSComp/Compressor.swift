import Prediction

/// Compresses streams of bytes into archives.
///
/// Memory is bounded by about `threads + 2` blocks, however long the stream. What is written
/// depends on the bytes, the model, the block size and the lanes only; with `flushAfter`, on the
/// times of arrival too.
public struct Compressor: Sendable {
  private let model: Model
  private let blockSize: Int
  private let flushAfter: Duration?
  private let threads: Int
  private let encoder: BlockEncoder
  private let blocksPerFrame: Int

  public init(model: Model, options: CompressionOptions = .init()) {
    self.init(model: model, options: options, blocksPerFrame: BlockLimits.blocksPerFrame)
  }

  package init(model: Model, options: CompressionOptions, blocksPerFrame: Int) {
    self.model = model
    self.blocksPerFrame = blocksPerFrame
    blockSize = options.effectiveBlockSize
    flushAfter = options.flushAfter
    threads = max(options.threads, 1)
    encoder = BlockEncoder(model: model, settings: BlockEncoder.Settings(options))
  }

  /// Compresses all of `source` into one archive (of one frame, unless the blocks are millions).
  ///
  /// Blocks are written as soon as they and those before them are done, even while more input is
  /// awaited.
  /// - Parameter progress: called on this thread after each block that was written.
  /// - Returns: the totals.
  /// - Throws: only what `source` and `sink` throw.
  public func compress(
    from source: inout some ByteSource, to sink: inout some ByteSink,
    progress: ((Progress) -> Void)? = nil
  ) throws -> Progress {
    var input = InputBuffer()
    var writer = FrameWriter(
      encoder: encoder, threads: threads, blocksPerFrame: blocksPerFrame, progress: progress)
    while true {
      let plain = try nextBlock(
        of: &input, from: &source,
        whileWaiting: { try writer.writeFinished(to: &sink) })
      if plain.isEmpty { break }
      if !writer.hasBegun {
        writer.begin(isSingle: try isOnlyBlock(plain, &input, &source))
      }
      try writer.submit(plain, to: &sink)
    }
    return try writer.finish(to: &sink)
  }

  /// Compresses bytes in memory.
  public func compress(_ plain: [UInt8]) -> [UInt8] {
    var source = ArraySource(plain)
    var sink = ArraySink()
    // Neither throws.
    _ = try? compress(from: &source, to: &sink)
    return sink.bytes
  }

  /// Collects a block: until it is full, the input ends, or the time is up; empty at the end.
  private func nextBlock(
    of input: inout InputBuffer, from source: inout some ByteSource,
    whileWaiting idle: InputBuffer.Idle
  ) throws -> [UInt8] {
    var plain: [UInt8] = []
    var deadline: ContinuousClock.Instant?
    while plain.count < blockSize {
      if input.unreadCount == 0 {
        let refill = try input.refill(from: &source, until: deadline, whileWaiting: idle)
        guard refill == .more else { break }
      }
      input.move(to: &plain, limit: blockSize)
      if deadline == nil { deadline = flushAfter.map { .now + $0 } }
    }
    return plain
  }

  /// Whether the input ends after its first block. To know that of a full one takes a look ahead,
  /// for which a stream that is to be flushed in time cannot wait.
  private func isOnlyBlock(
    _ plain: [UInt8], _ input: inout InputBuffer, _ source: inout some ByteSource
  ) throws -> Bool {
    if input.unreadCount > 0 { return false }
    if flushAfter != nil { return input.hasEnded }
    return try input.refill(from: &source, whileWaiting: { false }) == .end
  }
}
