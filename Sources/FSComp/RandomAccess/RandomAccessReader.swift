import Prediction

/// Reads from anywhere in an archive.
///
/// Opening it reads the indexes only; reading decodes the blocks that hold what is wanted, several
/// at the same time, and keeps a few of them. Whoever reads block after block, with more than one
/// thread, has those that follow decoded ahead. For one thread at a time.
public final class RandomAccessReader<Source: RandomAccessSource> {
  /// Where everything is.
  public let map: ArchiveMap
  private let source: Source
  private var frameModels: FrameModels
  private let options: DecompressionOptions
  private let pool: WorkerPool
  /// Blocks that were decoded, by their number from 0, the latest last.
  private var cache: [(number: Int, plain: [UInt8])] = []
  private var queue: BlockQueue
  /// The block to be submitted behind those in the queue.
  private var next = 0
  /// The last block that was asked for, and how many came one after the other up to it.
  private var run = (last: -1, count: 0)

  /// The most blocks that are kept, within half of the memory limit.
  private static var mostKept: Int { 4 }
  /// From this many blocks in a row on, there will be more.
  private static var longRun: Int { 3 }

  /// Reads the indexes of an archive.
  /// - Throws: `ArchiveError`, or what `source` throws, which may be anything.
  public init(
    _ source: Source, models: ModelStore, options: DecompressionOptions = .init()
  ) throws {
    self.source = source
    frameModels = FrameModels(store: models)
    self.options = options
    map = try ArchiveMap(of: source)
    pool = WorkerPool(width: options.threads)
    queue = BlockQueue(pool: pool)
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
    for number in blocks {
      let plain = try plain(
        ofBlock: number, before: blocks.upperBound, whileWaiting: goesOn)
      let block = map.blocks[number]
      let wanted = range.clamped(to: block.plainOffset..<block.plainOffset + block.plainSize)
      try plain.withUnsafeBytes {
        let start = wanted.lowerBound - block.plainOffset
        try sink.write(UnsafeRawBufferPointer(rebasing: $0[start..<start + wanted.count]))
      }
    }
  }

  /// The plain bytes of a block, by its number from 0.
  /// - Parameter end: the blocks up to there will be asked for next.
  func plain(
    ofBlock number: Int, before end: Int, whileWaiting goesOn: (Progress) -> Bool
  ) throws -> [UInt8] {
    if number != run.last { run = (number, number == run.last + 1 ? run.count + 1 : 1) }
    let plain: [UInt8]
    if let kept = cached(number) {
      plain = kept
    } else {
      if queue.first != number {
        queue = BlockQueue(pool: pool)
        next = number
      }
      let readsOn = run.count >= Self.longRun && options.threads > 1
      try submit(number, before: readsOn ? map.blocks.count : end)
      plain = try queue.collect(of: map, whileWaiting: goesOn)
    }
    keep(number, plain)
    return plain
  }

  /// Has blocks decoded, as far as there are threads and memory for them.
  /// - Throws: what is wrong with the block that is needed. That of others waits for their turn.
  private func submit(_ needed: Int, before end: Int) throws {
    while next < end, !pool.isFull {
      let isNeeded = next == needed && queue.first == nil
      if isNeeded || cached(next) == nil {
        do {
          var job = try job(ofBlock: next)
          let fits = pool.memoryInFlight + job.memory <= options.memoryLimit
          guard fits || isNeeded,
            let memory = try pool.reserve(job.memory, forBlock: next + 1, at: job.offset)
          else { return }
          job.reservation = memory
          queue.submit(job)
        } catch where !isNeeded {
          return
        }
      }
      next += 1
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
    // An index may claim anything.
    try checkLimit(entry.codedSize, number)
    let bytes = try source.bytes(at: entry.offset, count: entry.codedSize)
    let (header, headerSize) = try map.header(ofBlock: number, in: bytes)
    guard bytes.count == entry.codedSize else {
      throw ArchiveError(kind: .truncated, block: number + 1, offset: entry.offset)
    }
    frameModels.beginFrame(map.frame(ofBlock: number).modelID)
    let model = try frameModels.model(for: header, block: number + 1, offset: entry.offset)
    let memory = BlockDecoder.memoryNeeded(for: header, model: model)
    try checkLimit(memory, number)
    return PlainWriter.Job(
      header: header, payload: Array(bytes[headerSize...]), model: model, memory: memory,
      block: number, offset: entry.offset)
  }

  private func checkLimit(_ memory: Int, _ number: Int) throws(ArchiveError) {
    guard memory > options.memoryLimit else { return }
    throw ArchiveError(
      kind: .memoryLimit(needed: memory, limit: options.memoryLimit), block: number + 1,
      offset: map.blocks[number].offset)
  }
}

/// Blocks that are being decoded, in order.
private final class BlockQueue {
  private let pool: WorkerPool
  private var pipeline: OrderedPipeline<PlainWriter.Job, [UInt8]?>
  private var blocks: [(number: Int, memory: Int)] = []

  init(pool: WorkerPool) {
    self.pool = pool
    pipeline = OrderedPipeline(pool: pool) { job, monitor in
      job.reservation?.release()
      return BlockDecoder.decode(
        job.payload, header: job.header, model: job.model, monitor: monitor)
    }
  }

  deinit { for block in blocks { pool.memoryInFlight -= block.memory } }

  /// The number of the oldest one.
  var first: Int? { blocks.first?.number }

  func submit(_ job: PlainWriter.Job) {
    blocks.append((job.block, job.memory))
    pool.memoryInFlight += job.memory
    pipeline.submit(job)
  }

  /// Waits for the oldest one, of which there must be one, and removes it.
  func collect(of map: ArchiveMap, whileWaiting goesOn: (Progress) -> Bool) throws -> [UInt8] {
    var output = pipeline.collectIfReady()
    while output == nil {
      pool.wait(for: .milliseconds(100))
      guard goesOn(pipeline.progress) else { throw CancellationError() }
      output = pipeline.collectIfReady()
    }
    let block = blocks.removeFirst()
    pool.memoryInFlight -= block.memory
    guard case .some(.some(let plain)) = output else {
      throw ArchiveError(
        kind: .contentMismatch, block: block.number + 1, offset: map.blocks[block.number].offset)
    }
    return plain
  }
}
