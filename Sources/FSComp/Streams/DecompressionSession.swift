import Prediction

/// The decompression of one archive.
package final class DecompressionSession<Source: ByteSource, Sink: ByteSink>: BlockSession {
  package private(set) var source: Source
  package private(set) var sink: Sink
  private let pool: WorkerPool
  private var reader = ArchiveReader()
  private var models: FrameModels
  private var writer: PlainWriter
  private var resumption: PlainResumption<Sink>?
  /// Whose header was read, and not yet its payload.
  private var next: PlainWriter.Job?
  private var countsLines = false
  /// What the indexes say of the newlines in blocks, of frames that count lines, and where they
  /// begin.
  private var indexedNewlines: [(count: Int, block: Int, indexOffset: Int)] = []
  /// What went wrong with the archive. What was read before comes first.
  private var readError: (any Error)?

  init(
    _ decompressor: Decompressor, from source: Source, to sink: Sink, on pool: WorkerPool,
    resuming: PlainResumption<Sink>? = nil, observer: BlockObserver? = nil,
    progress: ((Progress) -> Void)? = nil
  ) {
    self.source = source
    self.sink = sink
    self.pool = pool
    resumption = resuming
    models = FrameModels(store: decompressor.models)
    writer = PlainWriter(
      memoryLimit: decompressor.options.memoryLimit, pool: pool, observer: observer,
      progress: progress)
  }

  package func submitNext(whileWaiting idle: InputBuffer.Idle) throws -> Submission {
    do {
      if next == nil { next = try readHeader(whileWaiting: idle) }
    } catch {
      return try end(with: error)
    }
    guard var job = next else {
      try endResumption()
      return .atEnd
    }
    guard writer.hasRoom(for: job, besides: reader.indexMemory) else { return .noRoom }
    if job.reservation == nil {
      guard let reservation = try pool.reserve(job.memory, forBlock: job.block, at: job.offset)
      else { return .noRoom }
      job.reservation = reservation
      next = job
    }
    do {
      job.payload = try reader.readPayload(of: job.header, from: &source, whileWaiting: idle)
    } catch {
      return try end(with: error)
    }
    next = nil
    writer.submit(job)
    return .submitted
  }

  /// - Throws: `error` at once if it is the writer's, or none of the archive's.
  private func end(with error: any Error) throws -> Submission {
    if writer.hasFailed || error is InputPending { throw error }
    try endResumption()
    next = nil
    readError = error
    return .atEnd
  }

  /// Reads on to the next block that is to be decoded; nil at the end of the archive.
  private func readHeader(whileWaiting idle: InputBuffer.Idle) throws -> PlainWriter.Job? {
    while let item = try reader.next(from: &source, whileWaiting: idle) {
      switch item {
      case .frame(let header):
        models.beginFrame(header.modelID)
        countsLines = header.countsLines
      case .endOfFrame(let newlines):
        guard let newlines else { continue }
        let first = reader.blockNumber - newlines.count + 1
        indexedNewlines += newlines.enumerated().map { ($1, first + $0, reader.itemOffset) }
      case .block(let header):
        if try resumption?.has(header, at: writer.progress.plainBytes) == true {
          try reader.skipPayload(of: header, from: &source)
          writer.adopt(header, end: reader.offset, countsLines: countsLines)
          continue
        }
        try endResumption()
        let place = (block: reader.blockNumber, offset: reader.itemOffset)
        let model = try models.model(for: header, block: place.block, offset: place.offset)
        let job = PlainWriter.Job(
          header: header, model: model, countsLines: countsLines,
          memory: BlockDecoder.memoryNeeded(for: header, model: model),
          block: place.block, offset: place.offset)
        try writer.checkLimit(for: job, besides: reader.indexMemory)
        return job
      }
    }
    return nil
  }

  /// From here on plain bytes are written.
  private func endResumption() throws {
    guard let ended = resumption.take() else { return }
    try ended.keep(&sink, writer.progress.plainBytes)
  }

  package func writeFinished() throws -> Bool { try writer.writeFinished(to: &sink) }
  package var inFlight: Int { writer.inFlight }
  package var progress: Progress { writer.progressInFlight }

  /// - Throws: what was wrong with the archive behind what was written.
  package func finish() throws -> Progress {
    if let readError { throw readError }
    for (counted, indexed) in zip(writer.newlines, indexedNewlines) {
      guard counted == nil || counted == indexed.count else {
        throw ArchiveError(
          kind: .indexMismatch, block: indexed.block, offset: indexed.indexOffset)
      }
    }
    return Progress(plainBytes: writer.progress.plainBytes, archiveBytes: reader.offset)
  }
}

/// Plain bytes that an earlier run has written, to be gone on with.
package struct PlainResumption<Sink: ByteSink> {
  /// Reads this many bytes at an offset of what was written; fewer at its end.
  package typealias Read = (_ offset: Int, _ count: Int) throws -> [UInt8]

  private let read: Read
  let keep: ArchiveResumption<Sink>.Keep

  package init(reading: @escaping Read, keep: @escaping ArchiveResumption<Sink>.Keep) {
    read = reading
    self.keep = keep
  }

  /// Whether the content of a block is there.
  func has(_ block: BlockHeader, at offset: Int) throws -> Bool {
    let bytes = try read(offset, block.plainSize)
    return bytes.count == block.plainSize && Checksum.check32(bytes.span) == block.contentCheck
  }
}
