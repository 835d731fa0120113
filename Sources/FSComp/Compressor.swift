/// Compresses streams of bytes into archives.
///
/// Memory is bounded by about `threads + 4` blocks and the models of `threads`, however long the stream. What is written
/// depends on the bytes, the model, the block size and the lanes only; with `flushAfter`, on the
/// times of arrival too.
public struct Compressor: Sendable {
  private let model: Model
  private let blockSizes: BlockSizes
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
    let blockSize = options.effectiveBlockSize
    blockSizes = BlockSizes(
      withNetwork: blockSize,
      withoutNetwork: max(blockSize, options.effectiveBlockSizeWithoutNetwork))
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
  public func compress<Source: ByteSource>(
    from source: inout Source, to sink: inout some ByteSink,
    progress: ((Progress) -> Void)? = nil
  ) throws -> Progress {
    var cutter = BlockCutter<Source>(blockSizes: blockSizes, flushAfter: flushAfter) {
      [encoder] in encoder.usesNetwork(on: $0)
    }
    var writer = FrameWriter(
      encoder: encoder, threads: threads, blocksPerFrame: blocksPerFrame, progress: progress)
    while true {
      let block = try cutter.next(
        from: &source, whileWaiting: { try writer.writeFinished(to: &sink) })
      guard let block else { break }
      if !writer.hasBegun { writer.begin(isSingle: cutter.isAtEnd) }
      try writer.submit(block, to: &sink)
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
}
