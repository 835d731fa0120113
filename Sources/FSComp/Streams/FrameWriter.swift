import Model

/// Encodes blocks on the workers of a pipeline and writes them, in order, as frames.
struct FrameWriter: ~Copyable {
  private var pipeline: OrderedPipeline<PlainBlock, EncodedBlock>
  private let modelID: ModelID
  private let blocksPerFrame: Int
  private let reportProgress: ((Progress) -> Void)?
  private var frame: FrameHeader
  private var index = FrameIndex()
  private var isFrameOpen = false
  private var progress = Progress()
  /// Whether it is settled what kind of frame the first one is.
  private(set) var hasBegun = false

  init(
    encoder: BlockEncoder, threads: Int, blocksPerFrame: Int,
    progress: ((Progress) -> Void)?
  ) {
    modelID = encoder.model.id
    frame = FrameHeader(isSingle: false, modelID: modelID)
    self.blocksPerFrame = blocksPerFrame
    reportProgress = progress
    pipeline = OrderedPipeline(threads: threads) { block, monitor in
      encoder.encode(block, monitor: monitor)
    }
  }

  /// Settles, before the first block, whether it is the only one.
  mutating func begin(isSingle: Bool) {
    hasBegun = true
    frame.isSingle = isSingle
  }

  /// Has a block encoded, and writes those that are done.
  mutating func submit(_ plain: PlainBlock, to sink: inout some ByteSink) throws {
    while pipeline.isFull, let block = collect() { try write(block, to: &sink) }
    pipeline.submit(plain)
    _ = try writeFinished(to: &sink)
  }

  /// Writes the blocks that are done. Returns whether others are in flight.
  mutating func writeFinished(to sink: inout some ByteSink) throws -> Bool {
    while let block = pipeline.collectIfReady() { try write(block, to: &sink) }
    return pipeline.inFlight > 0
  }

  /// Waits for all blocks, and ends the last frame.
  mutating func finish(to sink: inout some ByteSink) throws -> Progress {
    while let block = collect() { try write(block, to: &sink) }
    if progress.archiveBytes == 0 { try openFrame(on: &sink) }
    try closeFrame(on: &sink)
    return progress
  }

  private mutating func collect() -> EncodedBlock? {
    guard let reportProgress else { return pipeline.collect() }
    let written = progress
    return pipeline.collect { reportProgress(written.advanced(to: $0)) }
  }

  private mutating func write(_ block: EncodedBlock, to sink: inout some ByteSink) throws {
    if index.blockCount == blocksPerFrame { try closeFrame(on: &sink) }
    if !isFrameOpen { try openFrame(on: &sink) }
    try put(block.header.encoded, on: &sink)
    try put(block.payload, on: &sink)
    index.append(IndexEntry(block.header))
    progress.plainBytes += block.header.plainSize
    reportProgress?(progress.advanced(to: pipeline.progress))
  }

  private mutating func openFrame(on sink: inout some ByteSink) throws {
    isFrameOpen = true
    try put(frame.encoded, on: &sink)
  }

  private mutating func closeFrame(on sink: inout some ByteSink) throws {
    guard isFrameOpen else { return }
    if !frame.isSingle { try put(index.encoded, on: &sink) }
    index = FrameIndex()
    isFrameOpen = false
  }

  private mutating func put(_ bytes: [UInt8], on sink: inout some ByteSink) throws {
    try sink.write(bytes)
    progress.archiveBytes += bytes.count
  }
}
