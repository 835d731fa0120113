/// Decodes blocks on the workers of a pipeline and writes their plain bytes, in order.
struct PlainWriter: ~Copyable {
  struct Job: Sendable {
    var header: BlockHeader
    var payload: [UInt8]
    var model: Model?
    /// Bytes that the block takes while it is in flight.
    var memory: Int
    var block: Int
    var offset: Int
  }

  private struct DecodedBlock: Sendable {
    var plain: [UInt8]?
    var memory: Int
    var block: Int
    var offset: Int
    var end: Int
  }

  private var pipeline: OrderedPipeline<Job, DecodedBlock>
  private let memoryLimit: Int
  private let reportProgress: ((Progress) -> Void)?
  private var memoryInFlight = 0
  private(set) var progress = Progress()
  /// Whether a block was damaged or the sink failed, so that nothing more can be written.
  private(set) var hasFailed = false

  init(options: DecompressionOptions, progress: ((Progress) -> Void)?) {
    memoryLimit = options.memoryLimit
    reportProgress = progress
    pipeline = OrderedPipeline(threads: max(options.threads, 1)) { job, monitor in
      DecodedBlock(
        plain: BlockDecoder.decode(
          job.payload, header: job.header, model: job.model, monitor: monitor),
        memory: job.memory, block: job.block, offset: job.offset,
        end: job.offset + job.header.codedSize)
    }
  }

  /// Waits until a block that takes `memory` bytes may be in flight with the others.
  ///
  /// - Parameter fixed: bytes taken by something else for as long.
  /// - Throws: `ArchiveError` when it would not fit alone.
  mutating func makeRoom(
    for memory: Int, besides fixed: Int, block: Int, offset: Int, sink: inout some ByteSink
  ) throws {
    guard memory + fixed <= memoryLimit else {
      throw ArchiveError(
        kind: .memoryLimit(needed: memory + fixed, limit: memoryLimit), block: block,
        offset: offset)
    }
    while pipeline.isFull || memoryInFlight + memory + fixed > memoryLimit,
      let output = collect()
    {
      try write(output, to: &sink)
    }
  }

  /// Has a block decoded, for which there is room, and writes those that are done.
  mutating func submit(_ job: Job, to sink: inout some ByteSink) throws {
    memoryInFlight += job.memory
    pipeline.submit(job)
    _ = try writeFinished(to: &sink)
  }

  /// Writes the blocks that are done. Returns whether others are in flight.
  mutating func writeFinished(to sink: inout some ByteSink) throws -> Bool {
    while let output = pipeline.collectIfReady() { try write(output, to: &sink) }
    return pipeline.inFlight > 0
  }

  /// Waits for all blocks and writes them.
  mutating func finish(to sink: inout some ByteSink) throws {
    while let output = collect() { try write(output, to: &sink) }
  }

  private mutating func collect() -> DecodedBlock? {
    guard let reportProgress else { return pipeline.collect() }
    let written = progress
    return pipeline.collect { reportProgress(written.advanced(to: $0)) }
  }

  private mutating func write(_ output: DecodedBlock, to sink: inout some ByteSink) throws {
    hasFailed = true
    memoryInFlight -= output.memory
    guard let plain = output.plain else {
      throw ArchiveError(kind: .contentMismatch, block: output.block, offset: output.offset)
    }
    try sink.write(plain)
    hasFailed = false
    progress.plainBytes += plain.count
    progress.archiveBytes = output.end
    reportProgress?(progress.advanced(to: pipeline.progress))
  }
}
