import Model

/// Restores what was compressed.
///
/// Memory is bounded by `DecompressionOptions.memoryLimit`, whatever an archive claims, besides
/// the model and buffers of a fixed size.
public struct Decompressor: Sendable {
  let models: ModelStore
  let options: DecompressionOptions

  public init(models: ModelStore, options: DecompressionOptions = .init()) {
    self.models = models
    self.options = options
  }

  /// Decodes all frames of an archive.
  ///
  /// Blocks are written as soon as they and those before them are done. When the archive turns out
  /// to be damaged, everything before the damage has been written.
  /// - Parameter progress: called on this thread after each block that was written.
  /// - Returns: the totals.
  /// - Throws: `ArchiveError`, or what `source` and `sink` throw.
  public func decompress(
    from source: inout some ByteSource, to sink: inout some ByteSink,
    progress: ((Progress) -> Void)? = nil
  ) throws -> Progress {
    var writer = PlainWriter(options: options, progress: progress)
    let archiveBytes: Int
    do {
      archiveBytes = try readBlocks(from: &source, into: &writer, sink: &sink)
    } catch {
      // What was read before the error comes first, and so does an error found in it.
      if !writer.hasFailed { try writer.finish(to: &sink) }
      throw error
    }
    try writer.finish(to: &sink)
    return Progress(plainBytes: writer.progress.plainBytes, archiveBytes: archiveBytes)
  }

  /// Decodes an archive in memory. What comes out may be far longer than what goes in.
  public func decompress(_ archive: [UInt8]) throws -> [UInt8] {
    var source = ArraySource(archive)
    var sink = ArraySink()
    _ = try decompress(from: &source, to: &sink)
    return sink.bytes
  }

  /// Returns the length of the archive.
  private func readBlocks<Sink: ByteSink>(
    from source: inout some ByteSource, into writer: inout PlainWriter, sink: inout Sink
  ) throws -> Int {
    var reader = ArchiveReader()
    var models = FrameModels(store: models)
    func idle() throws -> Bool { try writer.writeFinished(to: &sink) }
    while let item = try reader.next(from: &source, whileWaiting: idle) {
      switch item {
      case .frame(let header): models.beginFrame(header.modelID)
      case .endOfFrame: break
      case .block(let header):
        let place = (block: reader.blockNumber, offset: reader.itemOffset)
        let model = try models.model(for: header, block: place.block, offset: place.offset)
        let memory = BlockDecoder.memoryNeeded(for: header, model: model)
        try writer.makeRoom(
          for: memory, besides: reader.indexMemory, block: place.block, offset: place.offset,
          sink: &sink)
        let payload = try reader.readPayload(of: header, from: &source, whileWaiting: idle)
        let job = PlainWriter.Job(
          header: header, payload: payload, model: model, memory: memory,
          block: place.block, offset: place.offset)
        try writer.submit(job, to: &sink)
      }
    }
    return reader.offset
  }
}

/// Looks up the model of a frame once, and only when a block needs it.
struct FrameModels {
  private let store: ModelStore
  private var id: ModelID?
  private var model: Model?

  init(store: ModelStore) { self.store = store }

  mutating func beginFrame(_ id: ModelID) {
    if id != self.id { model = nil }
    self.id = id
  }

  /// The model to decode the block with; nil for a stored one.
  /// - Throws: `ArchiveError` when the model is not to be had.
  mutating func model(for header: BlockHeader, block: Int, offset: Int) throws -> Model? {
    guard header.method != .stored, let id else { return nil }
    if let model { return model }
    do {
      model = try store.model(id: id)
    } catch let error as ModelStoreError {
      throw ArchiveError(kind: error.archiveErrorKind, block: block, offset: offset)
    }
    return model
  }
}
