import Model

extension Decompressor {
  /// Restores what is intact of a damaged archive.
  ///
  /// Every block whose content checks out is written, in order. A damaged payload costs its block.
  /// Where a header is damaged, the next item is looked for byte by byte: a block whose content
  /// checks out or after which another item begins, or a frame. An intact index tells what
  /// exactly its frame has lost. What decompression would refuse is reported as a loss, even where
  /// all blocks are there.
  ///
  /// Takes time in proportion to the archive and to what is restored of it, even if someone made it
  /// to take more: where too much work was in vain, blocks are taken for damaged unseen (see
  /// `SalvageWork`). An archive that was damaged by chance is far from that.
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
    case index(IndexContent, byteCount: Int)
    case nothing(ArchiveError.Kind)
  }

  private let models: ModelStore
  private let memoryLimit: Int
  private var window: SalvageWindow
  private var ledger = SalvageLedger()
  private var work = SalvageWork()
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
        if !isBetweenFrames && isHeaderKnown {
          ledger.missItem(before: offset, reason: .truncated)
        }
        ledger.beginFrame(header, at: offset)
        modelID = header.modelID
        isHeaderKnown = true
        isSingle = header.isSingle
        isBetweenFrames = false
        window.advance(by: FrameHeader.byteCount)
      case .block(let header, let plain):
        try sink.write(plain)
        missFrameHeader(before: offset)
        ledger.addBlock(IndexEntry(header), of: plain, at: offset)
        endBlock(header)
      case .damagedBlock(let header):
        missFrameHeader(before: offset)
        ledger.addDamagedBlock(IndexEntry(header), at: offset)
        endBlock(header)
      case .index(let index, let byteCount):
        if isSingle { ledger.missItem(before: offset, reason: .blockHeaderDamaged) }
        window.advance(by: byteCount)
        ledger.endFrame(index: index, at: offset, end: window.offset)
        endFrame()
      case .nothing(let reason):
        ledger.skipByte(
          at: offset, reason: reason, isPadding: tag == 0 && isBetweenFrames)
        window.advance(by: 1)
      }
    }
    var report = ledger.finish(
      at: window.offset, isComplete: window.offset > 0 && (isBetweenFrames || !isHeaderKnown))
    report.work = work
    return report
  }

  /// Blocks of no frame are written like others, but nothing vouches for them.
  private mutating func missFrameHeader(before offset: Int) {
    guard isBetweenFrames else { return }
    ledger.missItem(before: offset, reason: offset == 0 ? .notAnArchive : .trailingData)
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
      switch try window.parseHeader(at: 0, from: &source, with: FrameHeader.parse) {
      case .value(let header, _): return .frame(header)
      case .incomplete: return .nothing(.truncated)
      case .invalid(let reason): return .nothing(isBetweenFrames ? reason : .blockHeaderDamaged)
      }
    case FrameIndex.tag where !isBetweenFrames || ledger.isSkipping,
      FrameIndex.tagWithLines where !isBetweenFrames || ledger.isSkipping:
      switch try window.indexExtent(at: 0, from: &source, work: &work) {
      case .value(let extent, let byteCount):
        return .index(window.indexContent(extent), byteCount: byteCount)
      case .incomplete: return .nothing(.truncated)
      case .invalid(let reason): return .nothing(reason)
      }
    default:
      switch try window.parseHeader(at: 0, from: &source, with: BlockHeader.parse) {
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
    work.findHeader()
    let models = try self.models(for: header)
    let needed = models.map { BlockDecoder.memoryNeeded(for: header, model: $0) + header.codedSize }
    if let least = needed.min(), least > memoryLimit {
      return .nothing(.memoryLimit(needed: least, limit: memoryLimit))
    }
    guard try window.reveal(header.codedSize, from: &source) else { return .nothing(.truncated) }
    let isBelieved = try window.holdsItem(at: header.codedSize, from: &source, work: &work)
    for (model, needed) in zip(models, needed) where needed <= memoryLimit {
      if let plain = plainBytes(
        of: header, headerSize: headerSize, model: model, isBelieved: isBelieved)
      {
        return .block(header, plain: plain)
      }
    }
    return isBelieved ? .damagedBlock(header) : .nothing(.blockHeaderDamaged)
  }

  /// The content of a block that is visible as a whole; nil if it is damaged, or if too much work
  /// was in vain already.
  private mutating func plainBytes(
    of header: BlockHeader, headerSize: Int, model: Model?, isBelieved: Bool
  ) -> [UInt8]? {
    let end = window.offset + header.codedSize
    guard isBelieved || work.mayRead(upTo: end), header.method == .stored || work.mayDecode(upTo: end)
    else { return nil }
    let monitor = WorkMonitor()
    let plain = BlockDecoder.decode(
      window.copy(headerSize..<header.codedSize), header: header, model: model, monitor: monitor)
    work.read(header.codedSize)
    if isBelieved || plain != nil { work.believe(header.codedSize) }
    if header.method != .stored {
      let count = plain?.count ?? min(monitor.progress.plainBytes, header.plainSize)
      work.decode(count, of: header, isIntact: plain != nil)
    }
    return plain
  }

  /// The models to try: the frame's, or the likely ones when its header is lost; [nil] for a stored
  /// block.
  private func models(for header: BlockHeader) throws(ArchiveError) -> [Model?] {
    if header.method == .stored { return [nil] }
    guard isHeaderKnown, let modelID else {
      let last = modelID.flatMap { try? models.model(id: $0) }
      let others = models.likelyModels.filter { $0.id != last?.id }
      return [last].compactMap { $0 } + others
    }
    do {
      return [try models.model(id: modelID)]
    } catch {
      throw ArchiveError(kind: error.archiveErrorKind, offset: window.offset)
    }
  }
}
