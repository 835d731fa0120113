import Model
import Platform

/// Encodes blocks on the workers of a pipeline and writes them, in order, as frames.
struct FrameWriter: ~Copyable {
  private struct Job: Sendable {
    var block: PlainBlock
    var reservation: MemoryReservation
  }

  private var pipeline: OrderedPipeline<Job, EncodedBlock>
  private let modelID: ModelID
  private let blocksPerFrame: Int
  private let observer: BlockObserver?
  private let reportProgress: ((Progress) -> Void)?
  private var frame: FrameHeader
  private var index: FrameIndex
  /// In the blocks in flight, the oldest first; nothing where lines are not counted.
  private var newlines: [Int] = []
  private var isFrameOpen = false
  private(set) var progress = Progress()
  /// Whether it is settled what kind of frame the first one is.
  private(set) var hasBegun = false

  init(
    encoder: BlockEncoder, pool: WorkerPool, blocksPerFrame: Int, countsLines: Bool,
    observer: BlockObserver?, progress: ((Progress) -> Void)?
  ) {
    modelID = encoder.model.id
    frame = FrameHeader(isSingle: false, countsLines: countsLines, modelID: modelID)
    index = FrameIndex(countsLines: countsLines)
    self.blocksPerFrame = blocksPerFrame
    self.observer = observer
    reportProgress = progress
    pipeline = OrderedPipeline(pool: pool) { job, monitor in
      job.reservation.release()
      return encoder.encode(job.block, monitor: monitor)
    }
  }

  /// Settles, before the first block, whether it is the only one.
  mutating func begin(isSingle: Bool) {
    hasBegun = true
    // Without an index nothing would count the lines.
    frame.isSingle = isSingle && !frame.countsLines
  }

  /// Blocks that were submitted and not written.
  var inFlight: Int { pipeline.inFlight }

  /// What is written, and what is coded, if that is more.
  var progressInFlight: Progress { progress.advanced(to: pipeline.progress) }

  /// Has a block encoded.
  /// - Parameter memory: for that.
  mutating func submit(_ block: PlainBlock, memory: MemoryReservation) {
    if frame.countsLines { newlines.append(block.bytes.span.newlineCount) }
    pipeline.submit(Job(block: block, reservation: memory))
  }

  /// Takes note of a block that is in the archive already, before any is submitted.
  mutating func adopt(_ block: BlockHeader, of plain: PlainBlock) {
    if !isFrameOpen {
      isFrameOpen = true
      progress.archiveBytes += FrameHeader.byteCount
    }
    add(block, newlines: frame.countsLines ? plain.bytes.span.newlineCount : nil)
    progress.archiveBytes += block.codedSize
  }

  /// Writes the blocks that are done. Returns whether others are in flight.
  mutating func writeFinished(to sink: inout some ByteSink) throws -> Bool {
    while let block = pipeline.collectIfReady() { try write(block, to: &sink) }
    return pipeline.inFlight > 0
  }

  /// Ends the last frame, when all blocks are written.
  mutating func finish(to sink: inout some ByteSink) throws -> Progress {
    if progress.archiveBytes == 0 { try openFrame(on: &sink) }
    try closeFrame(on: &sink)
    return progress
  }

  private mutating func write(_ block: EncodedBlock, to sink: inout some ByteSink) throws {
    if index.blockCount == blocksPerFrame { try closeFrame(on: &sink) }
    if !isFrameOpen { try openFrame(on: &sink) }
    try put(block.header.encoded, on: &sink)
    try put(block.payload, on: &sink)
    add(block.header, newlines: frame.countsLines ? newlines.removeFirst() : nil)
  }

  private mutating func add(_ block: BlockHeader, newlines: Int?) {
    index.append(IndexEntry(block), newlines: newlines)
    progress.plainBytes += block.plainSize
    observer?(block)
    reportProgress?(progressInFlight)
  }

  private mutating func openFrame(on sink: inout some ByteSink) throws {
    isFrameOpen = true
    try put(frame.encoded, on: &sink)
  }

  private mutating func closeFrame(on sink: inout some ByteSink) throws {
    guard isFrameOpen else { return }
    if !frame.isSingle { try put(index.encoded, on: &sink) }
    index = FrameIndex(countsLines: frame.countsLines)
    isFrameOpen = false
  }

  private mutating func put(_ bytes: [UInt8], on sink: inout some ByteSink) throws {
    try sink.write(bytes)
    progress.archiveBytes += bytes.count
  }
}
