import Prediction

/// Reads from anywhere in an archive.
///
/// Opening it reads the indexes only; reading decodes the blocks that hold what is wanted, several
/// at the same time, and keeps a few of them. For one thread.
public final class RandomAccessReader<Source: RandomAccessSource> {
  public let map: ArchiveMap
  private let source: Source
  private var frameModels: FrameModels
  private let options: DecompressionOptions
  private let pool: WorkerPool
  /// Blocks that were decoded, by their number from 0, the latest last.
  private var cache: [(number: Int, plain: [UInt8])] = []

  /// The most blocks that are kept, within half of the memory limit.
  private static var mostKept: Int { 4 }

  /// - Throws: `ArchiveError`, or what `source` throws.
  public init(
    _ source: Source, models: ModelStore, options: DecompressionOptions = .init()
  ) throws {
    self.source = source
    frameModels = FrameModels(store: models)
    self.options = options
    map = try ArchiveMap(of: source)
    pool = WorkerPool(width: options.threads)
  }

  /// Plain bytes in the archive.
  public var plainSize: Int { map.plainSize }

  /// Plain bytes of the archive; fewer than asked for at its end.
  /// - Throws: `ArchiveError`, or what the source throws.
  public func read(_ range: Range<Int>) throws -> [UInt8] {
    var sink = ArraySink()
    try write(range, to: &sink)
    return sink.bytes
  }

  /// Writes plain bytes of the archive, in the memory for a few blocks, however many there are.
  /// - Throws: `ArchiveError`, or what the source or `sink` throws.
  public func write(_ range: Range<Int>, to sink: inout some ByteSink) throws {
    try write(range, to: &sink, whileWaiting: { _ in true })
  }

  /// - Parameter goesOn: called every tenth of a second with how far the work on blocks has come;
  ///   false ends it with a `CancellationError`.
  package func write(
    _ range: Range<Int>, to sink: inout some ByteSink, whileWaiting goesOn: (Progress) -> Bool
  ) throws {
    let range = range.clamped(to: 0..<plainSize)
    let blocks = map.blocks(holding: range)
    let decoder = BlockQueue(pool: pool)
    var ready: [Int: [UInt8]] = [:]
    var next = blocks.lowerBound
    for number in blocks {
      while next < blocks.upperBound, next == number || !pool.isFull {
        if let plain = cached(next) {
          ready[next] = plain
        } else {
          var job = try job(ofBlock: next)
          let fits = pool.memoryInFlight + job.memory <= options.memoryLimit
          guard fits || next == number, let memory = try pool.reserve(job.memory) else { break }
          job.reservation = memory
          decoder.submit(job)
        }
        next += 1
      }
      let plain: [UInt8]
      if let kept = ready.removeValue(forKey: number) {
        plain = kept
      } else {
        plain = try decoder.collect(number, of: map, whileWaiting: goesOn)
      }
      keep(number, plain)
      let block = map.blocks[number]
      let wanted = range.clamped(to: block.plainOffset..<block.plainOffset + block.plainSize)
      try plain.withUnsafeBytes {
        let start = wanted.lowerBound - block.plainOffset
        try sink.write(UnsafeRawBufferPointer(rebasing: $0[start..<start + wanted.count]))
      }
    }
  }

  private func cached(_ number: Int) -> [UInt8]? {
    cache.first { $0.number == number }?.plain
  }

  private func keep(_ number: Int, _ plain: [UInt8]) {
    cache.removeAll { $0.number == number }
    cache.append((number, plain))
    var total = cache.reduce(0) { $0 + $1.plain.count }
    while cache.count > 1, cache.count > Self.mostKept || total > options.memoryLimit / 2 {
      total -= cache.removeFirst().plain.count
    }
  }

  /// Reads a block from the source.
  private func job(ofBlock number: Int) throws -> PlainWriter.Job {
    let entry = map.blocks[number]
    let bytes = try source.bytes(at: entry.offset, count: entry.codedSize)
    let (header, headerSize) = try map.header(ofBlock: number, in: bytes)
    guard bytes.count == entry.codedSize else {
      throw ArchiveError(kind: .truncated, block: number + 1, offset: entry.offset)
    }
    frameModels.beginFrame(map.frame(ofBlock: number).modelID)
    let model = try frameModels.model(for: header, block: number + 1, offset: entry.offset)
    let memory = BlockDecoder.memoryNeeded(for: header, model: model)
    guard memory <= options.memoryLimit else {
      throw ArchiveError(
        kind: .memoryLimit(needed: memory, limit: options.memoryLimit), block: number + 1,
        offset: entry.offset)
    }
    return PlainWriter.Job(
      header: header, payload: Array(bytes[headerSize...]), model: model, memory: memory,
      block: number, offset: entry.offset)
  }
}

/// Blocks that are being decoded, in order.
private final class BlockQueue {
  private let pool: WorkerPool
  private var pipeline: OrderedPipeline<PlainWriter.Job, [UInt8]?>
  private var memory: [Int] = []

  init(pool: WorkerPool) {
    self.pool = pool
    pipeline = OrderedPipeline(pool: pool) { job, monitor in
      job.reservation?.release()
      return BlockDecoder.decode(job.payload, header: job.header, model: job.model, monitor: monitor)
    }
  }

  deinit { pool.memoryInFlight -= memory.reduce(0, +) }

  func submit(_ job: PlainWriter.Job) {
    memory.append(job.memory)
    pool.memoryInFlight += job.memory
    pipeline.submit(job)
  }

  /// Waits for the oldest one, which is the block with this number.
  func collect(
    _ number: Int, of map: ArchiveMap, whileWaiting goesOn: (Progress) -> Bool
  ) throws -> [UInt8] {
    var output = pipeline.collectIfReady()
    while output == nil, pipeline.inFlight > 0 {
      pool.wait(for: .milliseconds(100))
      guard goesOn(pipeline.progress) else { throw CancellationError() }
      output = pipeline.collectIfReady()
    }
    if !memory.isEmpty { pool.memoryInFlight -= memory.removeFirst() }
    guard case .some(.some(let plain)) = output else {
      throw ArchiveError(
        kind: .contentMismatch, block: number + 1, offset: map.blocks[number].offset)
    }
    return plain
  }
}
