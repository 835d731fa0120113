import Model

/// Restores what was compressed.
///
/// Memory is bounded by `DecompressionOptions.memoryLimit`, whatever an archive claims, besides
/// the model and buffers of a fixed size.
public struct Decompressor: Sendable {
  let models: ModelStore
  let options: DecompressionOptions

  /// With models from where you say.
  public init(models: ModelStore, options: DecompressionOptions = .init()) {
    self.models = models
    self.options = options
  }

  /// With the model in the program and the installed ones.
  public init(options: DecompressionOptions = .init()) {
    self.init(models: ModelStore(searchPath: ModelStore.standardSearchPath), options: options)
  }

  /// Decodes all frames of an archive.
  ///
  /// Blocks are written as soon as they and those before them are done. When the archive turns out
  /// to be damaged, everything before the damage has been written.
  /// - Parameters:
  ///   - source: read to its end, as an archive.
  ///   - sink: where the plain bytes go.
  ///   - progress: called on this thread after each block that was written, and every tenth of a
  ///     second.
  /// - Returns: the totals.
  /// - Throws: `ArchiveError`, or what `source` and `sink` throw, which may be anything.
  public func decompress(
    from source: inout some ByteSource, to sink: inout some ByteSink,
    progress: ((Progress) -> Void)? = nil
  ) throws -> Progress {
    let pool = WorkerPool(width: options.threads)
    let session = DecompressionSession(
      self, from: source, to: sink, on: pool, progress: progress)
    defer { (source, sink) = (session.source, session.sink) }
    return try session.run(on: pool, progress: progress)
  }

  /// The same beside other work on the pool, whose memory counts with it.
  package func session<Source: ByteSource, Sink: ByteSink>(
    from source: Source, to sink: Sink, on pool: WorkerPool,
    resuming: PlainResumption<Sink>? = nil, observer: BlockObserver? = nil
  ) -> DecompressionSession<Source, Sink> {
    DecompressionSession(
      self, from: source, to: sink, on: pool, resuming: resuming, observer: observer)
  }

  /// Decodes an archive in memory. What comes out may be far longer than what goes in.
  /// - Throws: `ArchiveError`.
  public func decompress(_ archive: RawSpan) throws(ArchiveError) -> [UInt8] {
    let stream = DecompressionStream(self)
    return try stream.append(archive) + stream.finish()
  }

  /// The same of an array.
  /// - Throws: `ArchiveError`.
  public func decompress(_ archive: [UInt8]) throws(ArchiveError) -> [UInt8] {
    try decompress(archive.span.bytes)
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
  mutating func model(
    for header: BlockHeader, block: Int, offset: Int
  ) throws(ArchiveError) -> Model? {
    guard let mix = header.method.mix, let id else { return nil }
    do {
      if model == nil { model = try store.model(id: id) }
    } catch {
      throw ArchiveError(kind: error.archiveErrorKind, block: block, offset: offset)
    }
    func unusable(_ reason: String) -> ArchiveError {
      ArchiveError(
        kind: .modelUnusable("the model \(id) has \(reason)"), block: block, offset: offset)
    }
    if mix.isCoded && model?.lexicon == nil { throw unusable("no dictionary") }
    if model?.code(mix) == nil {
      throw unusable(mix.usesNetwork ? "no network for such blocks" : "no mixers for such blocks")
    }
    return model
  }
}
