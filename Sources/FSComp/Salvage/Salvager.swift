import Model

extension Decompressor {
  /// Restores what is intact of a damaged archive.
  ///
  /// Every block whose content checks out is written, in order. A damaged payload costs its block.
  /// Where a header is damaged, the next item is looked for byte by byte: a block whose content
  /// checks out or after which another item begins, or a frame. An intact index tells what
  /// exactly its frame has lost.
  ///
  /// Works on one thread. Takes memory for one block and its surroundings, within the limit, and
  /// a few dozen bytes a block.
  /// - Throws: `ArchiveError` when a model is missing; what `source` and `sink` throw. Damage is
  ///   not an error but reported.
  public func salvage(
    from source: inout some ByteSource, to sink: inout some ByteSink
  ) throws -> SalvageReport {
    var salvager = Salvager(models: models, memoryLimit: options.memoryLimit)
    return try salvager.run(from: &source, to: &sink)
  }
}

/// Walks through a damaged archive.
private struct Salvager {
  /// What begins where the window stands.
  private enum Item {
    case frame(FrameHeader)
    case block(BlockHeader, plain: [UInt8])
    /// The header is to be believed, the payload is not what it was.
    case damagedBlock(BlockHeader)
    case index([IndexEntry], byteCount: Int)
    case nothing(ArchiveError.Kind)
  }

  private let models: ModelStore
  private let memoryLimit: Int
  private var window: SalvageWindow
  private var ledger = SalvageLedger()
  /// The model that the last intact frame header named.
  private var modelID: ModelID?
  /// Whether that header was the present frame's.
  private var isHeaderKnown = false
  /// Whether the next item must be a frame.
  private var isBetweenFrames = true
  private var isSingle = false

  init(models: ModelStore, memoryLimit: Int) {
    self.models = models
    self.memoryLimit = memoryLimit
    window = SalvageWindow(limit: memoryLimit)
  }

  mutating func run(
    from source: inout some ByteSource, to sink: inout some ByteSink
  ) throws -> SalvageReport {
    while let tag = try window.first(from: &source) {
      let offset = window.offset
      switch try item(tag, from: &source) {
      case .frame(let header):
        ledger.beginFrame(at: offset, countsLines: header.countsLines)
        modelID = header.modelID
        isHeaderKnown = true
        isSingle = header.isSingle
        isBetweenFrames = false
        window.advance(by: FrameHeader.byteCount)
      case .block(let header, let plain):
        try sink.write(plain)
        ledger.addBlock(IndexEntry(header), at: offset)
        endBlock(header)
      case .damagedBlock(let header):
        ledger.addDamagedBlock(IndexEntry(header), at: offset)
        endBlock(header)
      case .index(let entries, let byteCount):
        window.advance(by: byteCount)
        ledger.endFrame(index: entries, at: offset, end: window.offset)
        endFrame()
      case .nothing(let reason):
        ledger.skipByte(
          at: offset, reason: reason, isPadding: tag == 0 && isBetweenFrames)
        window.advance(by: 1)
      }
    }
    return ledger.finish(at: window.offset, isComplete: isBetweenFrames || !isHeaderKnown)
  }

  private mutating func endBlock(_ header: BlockHeader) {
    window.advance(by: header.codedSize)
    isBetweenFrames = false
    if isSingle {
      ledger.endFrame(at: window.offset)
      endFrame()
    }
  }

  private mutating func endFrame() {
    isBetweenFrames = true
    isHeaderKnown = false
    isSingle = false
  }

  private mutating func item(_ tag: UInt8, from source: inout some ByteSource) throws -> Item {
    switch tag {
    case FrameHeader.magic[0]:
      switch try window.parse(at: 0, from: &source, with: FrameHeader.parse) {
      case .value(let header, _): return .frame(header)
      case .incomplete: return .nothing(.truncated)
      case .invalid(let reason): return .nothing(isBetweenFrames ? reason : .blockHeaderDamaged)
      }
    case FrameIndex.tag where !isBetweenFrames || ledger.isSkipping,
      FrameIndex.tagWithLines where !isBetweenFrames || ledger.isSkipping:
      switch try window.parse(at: 0, from: &source, with: FrameIndex.parse) {
      case .value(let index, let byteCount): return .index(index.entries, byteCount: byteCount)
      case .incomplete: return .nothing(.truncated)
      case .invalid(let reason): return .nothing(reason)
      }
    default:
      switch try window.parse(at: 0, from: &source, with: BlockHeader.parse) {
      case .value(let header, let byteCount):
        return try block(header, headerSize: byteCount, from: &source)
      case .incomplete: return .nothing(.truncated)
      case .invalid(let reason): return .nothing(isBetweenFrames ? .trailingData : reason)
      }
    }
  }

  private mutating func block(
    _ header: BlockHeader, headerSize: Int, from source: inout some ByteSource
  ) throws -> Item {
    let models = try self.models(for: header)
    for model in models {
      let memory = BlockDecoder.memoryNeeded(for: header, model: model) + header.codedSize
      guard memory <= memoryLimit else {
        return .nothing(.memoryLimit(needed: memory, limit: memoryLimit))
      }
      guard try window.reveal(header.codedSize, from: &source) else { return .nothing(.truncated) }
      let plain = BlockDecoder.decode(
        window.copy(headerSize..<header.codedSize), header: header, model: model,
        monitor: WorkMonitor())
      if let plain { return .block(header, plain: plain) }
    }
    guard try window.holdsItem(at: header.codedSize, from: &source) else {
      return .nothing(.blockHeaderDamaged)
    }
    return .damagedBlock(header)
  }

  /// The models to try: the frame's, or the likely ones when its header is lost; [nil] for a stored
  /// block.
  private func models(for header: BlockHeader) throws -> [Model?] {
    if header.method == .stored { return [nil] }
    guard isHeaderKnown, let modelID else {
      let last = modelID.flatMap { try? models.model(id: $0) }
      let others = models.likelyModels.filter { $0.id != last?.id }
      return [last].compactMap { $0 } + others
    }
    do {
      return [try models.model(id: modelID)]
    } catch let error as ModelStoreError {
      throw ArchiveError(kind: error.archiveErrorKind, offset: window.offset)
    }
  }
}
