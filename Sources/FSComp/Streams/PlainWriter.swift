import Platform

/// Decodes blocks on the workers of a pipeline and writes their plain bytes, in order.
struct PlainWriter: ~Copyable {
  struct Job: Sendable {
    var header: BlockHeader
    var payload: [UInt8] = []
    var model: Model?
    /// Whether the newlines are to be counted.
    var countsLines = false
    /// Bytes that the block takes while it is in flight.
    var memory: Int
    var block: Int
    var offset: Int
    /// Of that memory, from the submission to the beginning of the work.
    var reservation: MemoryReservation?
  }

  private struct DecodedBlock: Sendable {
    var header: BlockHeader
    var plain: [UInt8]?
    /// nil where they are not to be counted.
    var newlines: Int?
    var memory: Int
    var block: Int
    var offset: Int
  }

  private let pool: WorkerPool
  private var pipeline: OrderedPipeline<Job, DecodedBlock>
  private let memoryLimit: Int
  private let observer: BlockObserver?
  private let reportProgress: ((Progress) -> Void)?
  /// Of the pool's memory in flight, what is this writer's.
  private var memoryInFlight = 0
  private(set) var progress = Progress()
  /// In the blocks that were written of frames that count lines; nil in those that were adopted.
  private(set) var newlines: [Int?] = []
  /// Whether a block was damaged or the sink failed, so that nothing more can be written.
  private(set) var hasFailed = false

  init(
    memoryLimit: Int, pool: WorkerPool, observer: BlockObserver?,
    progress: ((Progress) -> Void)?
  ) {
    self.pool = pool
    self.memoryLimit = memoryLimit
    self.observer = observer
    reportProgress = progress
    pipeline = OrderedPipeline(pool: pool) { job, monitor in
      job.reservation?.release()
      let plain = BlockDecoder.decode(
        job.payload, header: job.header, model: job.model, monitor: monitor)
      return DecodedBlock(
        header: job.header, plain: plain,
        newlines: job.countsLines ? plain?.span.newlineCount : nil,
        memory: job.memory, block: job.block, offset: job.offset)
    }
  }

  deinit { pool.memoryInFlight -= memoryInFlight }

  /// Blocks that were submitted and not written.
  var inFlight: Int { pipeline.inFlight }

  /// What is written, and what is decoded, if that is more.
  var progressInFlight: Progress { progress.advanced(to: pipeline.progress) }

  /// - Parameter fixed: bytes taken by something else for as long.
  /// - Throws: `ArchiveError` when the block does not fit alone.
  func checkLimit(for job: Job, besides fixed: Int) throws(ArchiveError) {
    guard job.memory + fixed <= memoryLimit else {
      throw ArchiveError(
        kind: .memoryLimit(needed: job.memory + fixed, limit: memoryLimit), block: job.block,
        offset: job.offset)
    }
  }

  /// Whether the block fits beside what is in flight. One that fits alone does when nothing is.
  func hasRoom(for job: Job, besides fixed: Int) -> Bool {
    pool.memoryInFlight == 0 || pool.memoryInFlight + job.memory + fixed <= memoryLimit
  }

  /// Has a block decoded, for which there is room.
  mutating func submit(_ job: Job) {
    countMemory(job.memory)
    pipeline.submit(job)
  }

  /// Takes note of a block whose plain bytes are written already, before any is submitted.
  mutating func adopt(_ header: BlockHeader, end: Int, countsLines: Bool) {
    if countsLines { newlines.append(nil) }
    note(header, end: end)
  }

  /// Writes the blocks that are done. Returns whether others are in flight.
  mutating func writeFinished(to sink: inout some ByteSink) throws -> Bool {
    while !hasFailed, let output = pipeline.collectIfReady() { try write(output, to: &sink) }
    return pipeline.inFlight > 0
  }

  private mutating func countMemory(_ byteCount: Int) {
    memoryInFlight += byteCount
    pool.memoryInFlight += byteCount
  }

  private mutating func write(_ output: DecodedBlock, to sink: inout some ByteSink) throws {
    hasFailed = true
    countMemory(-output.memory)
    guard let plain = output.plain else {
      throw ArchiveError(kind: .contentMismatch, block: output.block, offset: output.offset)
    }
    try sink.write(plain)
    hasFailed = false
    if let count = output.newlines { newlines.append(count) }
    note(output.header, end: output.offset + output.header.codedSize)
  }

  private mutating func note(_ header: BlockHeader, end: Int) {
    progress.plainBytes += header.plainSize
    progress.archiveBytes = end
    observer?(header)
    reportProgress?(progressInFlight)
  }
}
