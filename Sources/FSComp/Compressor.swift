import ContextMixing
import Platform

/// Compresses streams of bytes into archives.
///
/// Memory is bounded by about `threads + 4` blocks and the models of `threads`, however long the
/// stream. What is written depends on the bytes, the model, the block size and the lanes only; with
/// `flushAfter`, on the times of arrival too.
public struct Compressor: Sendable {
  private let model: Model
  let blockSizes: BlockSizes
  let flushAfter: Duration?
  let countsLines: Bool
  let threads: Int
  let encoder: BlockEncoder
  let blocksPerFrame: Int
  private let options: CompressionOptions

  /// With the model in the program.
  /// - Throws: `ModelStoreError`.
  public init(options: CompressionOptions = .init()) throws(ModelStoreError) {
    self.init(model: try ModelStore.defaultModel, options: options)
  }

  /// With a model of your choice.
  public init(model: Model, options: CompressionOptions = .init()) {
    self.init(model: model, options: options, blocksPerFrame: BlockLimits.blocksPerFrame)
  }

  package init(model: Model, options: CompressionOptions, blocksPerFrame: Int) {
    self.model = model
    self.options = options
    self.blocksPerFrame = blocksPerFrame
    let blockSize = options.effectiveBlockSize
    blockSizes = BlockSizes(
      withNetwork: blockSize,
      withoutNetwork: max(blockSize, options.effectiveBlockSizeWithoutNetwork))
    flushAfter = options.flushAfter
    countsLines = options.indexesLines
    threads = max(options.threads, 1)
    encoder = BlockEncoder(model: model, settings: BlockEncoder.Settings(options))
  }

  /// Bytes of memory that a block takes, at most, while it is read, encoded and written.
  /// - Parameter mostBytes: plain bytes in the whole input, if that is known.
  package func memoryPerBlock(mostBytes: Int?) -> Int {
    let byteCount = max(1, min(blockSizes.withoutNetwork, mostBytes ?? .max))
    let lanes = options.lanes
      ?? LaneLayout.defaultLaneCount(byteCount: byteCount, atMost: options.level.mostLanes)
    let layout = LaneLayout(
      byteCount: byteCount, laneCount: LaneLayout.laneCount(lanes, byteCount: byteCount))
    let mayUseNetwork = (options.network ?? options.level.network) != .never
    let codes = model.codes.filter { mix, _ in
      encoder.mayUse(mix) && (mayUseNetwork || !mix.usesNetwork)
    }.values
    return 4 * byteCount + (codes.map { $0.memory(layout) }.max() ?? 0)
  }

  /// Compresses all of `source` into one archive (of one frame, unless the blocks are millions).
  ///
  /// Blocks are written as soon as they and those before them are done, even while more input is
  /// awaited.
  /// - Parameters:
  ///   - source: read to its end, as plain bytes.
  ///   - sink: where the archive goes.
  ///   - progress: called on this thread after each block that was written, and every tenth of a
  ///     second.
  /// - Returns: the totals.
  /// - Throws: `OutOfMemoryError`, or what `source` and `sink` throw, which may be anything.
  public func compress(
    from source: inout some ByteSource, to sink: inout some ByteSink,
    progress: ((Progress) -> Void)? = nil
  ) throws -> Progress {
    let pool = WorkerPool(width: threads)
    let session = CompressionSession(
      self, from: source, to: sink, on: pool, progress: progress)
    defer { (source, sink) = (session.source, session.sink) }
    return try session.run(on: pool, progress: progress)
  }

  /// The same beside other work on the pool.
  package func session<Source: ByteSource, Sink: ByteSink>(
    from source: Source, to sink: Sink, on pool: WorkerPool,
    resuming: ArchiveResumption<Sink>? = nil, observer: BlockObserver? = nil
  ) -> CompressionSession<Source, Sink> {
    CompressionSession(
      self, from: source, to: sink, on: pool, resuming: resuming, observer: observer)
  }

  /// Compresses bytes in memory.
  /// - Throws: `OutOfMemoryError`.
  public func compress(_ plain: RawSpan) throws(OutOfMemoryError) -> [UInt8] {
    let stream = CompressionStream(self)
    return try stream.append(plain) + stream.finish()
  }

  /// Compresses bytes in memory. Ends the process where there is not enough memory.
  public func compress(_ plain: [UInt8]) -> [UInt8] {
    do {
      return try compress(plain.span.bytes)
    } catch {
      OutOfMemory.end(byteCount: error.needed)
    }
  }
}
