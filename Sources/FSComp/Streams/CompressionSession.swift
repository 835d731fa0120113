import Prediction

/// The compression of one stream into one archive.
package final class CompressionSession<Source: ByteSource, Sink: ByteSink>: BlockSession {
  package private(set) var source: Source
  package private(set) var sink: Sink
  private var cutter: BlockCutter<Source>
  private var writer: FrameWriter
  /// What of the archive is there already; nil once there is more to write.
  private var resumption: ArchiveResumption<Sink>?
  /// A block that there was no memory for.
  private var waiting: PlainBlock?
  private let pool: WorkerPool
  private let memoryPerBlock: (_ plainBytes: Int) -> Int

  init(
    _ compressor: Compressor, from source: Source, to sink: Sink, on pool: WorkerPool,
    resuming: ArchiveResumption<Sink>? = nil, observer: BlockObserver? = nil,
    progress: ((Progress) -> Void)? = nil
  ) {
    self.source = source
    self.sink = sink
    resumption = resuming
    self.pool = pool
    memoryPerBlock = { compressor.memoryPerBlock(mostBytes: $0) }
    let encoder = compressor.encoder
    cutter = BlockCutter(blockSizes: compressor.blockSizes, flushAfter: compressor.flushAfter) {
      encoder.usesNetwork(on: $0)
    }
    writer = FrameWriter(
      encoder: encoder, pool: pool, blocksPerFrame: compressor.blocksPerFrame,
      countsLines: compressor.countsLines,
      observer: observer, progress: progress)
  }

  package func submitNext(whileWaiting idle: InputBuffer.Idle) throws -> Submission {
    while true {
      if let block = waiting.take() { return try submit(block) }
      guard let plain = try cutter.next(from: &source, whileWaiting: idle) else {
        try endResumption()
        return .atEnd
      }
      if !writer.hasBegun { writer.begin(isSingle: cutter.isAtEnd) }
      if let block = resumption?.takeBlock(of: plain.bytes) {
        writer.adopt(block, of: plain)
        continue
      }
      try endResumption()
      return try submit(plain)
    }
  }

  /// Submits a block of what was read, be it full or not.
  package func submitWhatWasRead() throws -> Submission {
    if let block = waiting.take() { return try submit(block) }
    guard let plain = cutter.nextOfWhatWasRead() else { return .atEnd }
    if !writer.hasBegun { writer.begin(isSingle: false) }
    try endResumption()
    return try submit(plain)
  }

  private func submit(_ block: PlainBlock) throws -> Submission {
    guard let memory = try pool.reserve(memoryPerBlock(block.bytes.count)) else {
      waiting = block
      return .noRoom
    }
    writer.submit(block, memory: memory)
    return .submitted
  }

  /// From here on the archive is written.
  private func endResumption() throws {
    guard let ended = resumption.take() else { return }
    try ended.keep(&sink, writer.progress.archiveBytes)
  }

  package func writeFinished() throws -> Bool { try writer.writeFinished(to: &sink) }
  package var inFlight: Int { writer.inFlight }
  package var progress: Progress { writer.progressInFlight }
  package func finish() throws -> Progress { try writer.finish(to: &sink) }
}
