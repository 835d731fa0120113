import Prediction

/// What the bytes of an input cost: all of them, or those of some of its blocks.
package struct ExplainedInput: Sendable {
  package struct Block: Sendable {
    /// Its number in the input, from 0.
    package var number: Int
    /// Where its plain bytes begin in the input.
    package var plainOffset: Int
    /// Ends of lines before it; nil where nobody has counted them.
    package var newlinesBefore: Int?
    package var cost: BlockCost

    package init(number: Int, plainOffset: Int, newlinesBefore: Int?, cost: BlockCost) {
      self.number = number
      self.plainOffset = plainOffset
      self.newlinesBefore = newlinesBefore
      self.cost = cost
    }
  }

  package var blocks: [Block] = []
  /// Of the whole input, as far as it was read.
  package var blockCount = 0
  package var plainSize = 0
  /// Bytes of the archive, where the input is one.
  package var archiveSize: Int?
  /// The models of an archive.
  package var modelNames: [String] = []

  package init() {}

  /// Whether there was more in a stream that nobody has read.
  package var hasMore = false

  /// Whether all blocks are in it.
  package var isComplete: Bool { blocks.count == blockCount && !hasMore }
}

/// Which blocks of an input are explained: evenly spread, the first among them.
package struct BlockSample: Sendable {
  private let wanted: Int
  private let size: Int

  /// - Parameters:
  ///   - bytes: about this many; nil for all.
  ///   - size: of the whole input, if that is known; else the first bytes are taken.
  package init(bytes: Int?, of size: Int?) {
    wanted = bytes ?? .max
    self.size = size ?? 0
  }

  var isComplete: Bool { wanted >= size && size > 0 || wanted == .max }

  /// Whether a block is in the sample.
  ///
  /// - Parameter bytesBefore: plain bytes of those in the sample so far.
  func takes(block number: Int, bytesBefore: Int) -> Bool {
    if isComplete { return true }
    if size == 0 { return bytesBefore < wanted }
    func count(_ blocks: Int) -> Int {
      let product = UInt128(blocks) * UInt128(wanted)
      return Int((product + UInt128(size) - 1) / UInt128(size))
    }
    return count(number + 1) > count(number)
  }

  /// Whether no block behind these is in it.
  func isOver(bytesBefore: Int) -> Bool { size == 0 && !isComplete && bytesBefore >= wanted }
}

extension Explainer {
  package typealias Watch = (Progress) -> Void

  /// Finds out what a stream would cost, block by block as a compressor cuts it.
  ///
  /// - Parameters:
  ///   - watch: called now and then with how far the work has come.
  /// - Throws: what `source` throws.
  package func explain(
    from source: inout some ByteSource, by compressor: Compressor, sample: BlockSample,
    watch: @escaping Watch = { _ in }
  ) throws -> ExplainedInput {
    let encoder = compressor.encoder
    var cutter = makeCutter(of: source, for: compressor)
    var pipeline = OrderedPipeline<PlainBlock, BlockCost?>(threads: compressor.threads) {
      [self] in explain($0, by: encoder, monitor: $1)
    }
    var result = ExplainedInput()
    var places: [ExplainedInput.Block] = []
    var (newlines, taken) = (0, 0)
    while !sample.isOver(bytesBefore: taken) {
      while pipeline.isFull { collect(&pipeline, &places, into: &result, watch) }
      guard let block = try cutter.next(from: &source, whileWaiting: { false }) else { break }
      if sample.takes(block: result.blockCount, bytesBefore: taken) {
        places.append(
          ExplainedInput.Block(
            number: result.blockCount, plainOffset: result.plainSize, newlinesBefore: newlines,
            cost: BlockCost(plain: [], costs: [], method: .stored, payloadSize: 0)))
        taken += block.bytes.count
        pipeline.submit(block)
      }
      newlines += block.bytes.span.newlineCount
      result.blockCount += 1
      result.plainSize += block.bytes.count
    }
    while pipeline.inFlight > 0 { collect(&pipeline, &places, into: &result, watch) }
    result.hasMore = sample.isOver(bytesBefore: taken) && !cutter.isAtEnd
    return result
  }

  private func makeCutter<Source: ByteSource>(
    of source: Source, for compressor: Compressor
  ) -> BlockCutter<Source> {
    BlockCutter(blockSizes: compressor.blockSizes, flushAfter: nil) {
      [encoder = compressor.encoder] in encoder.usesNetwork(on: $0)
    }
  }

  private func collect<Job>(
    _ pipeline: inout OrderedPipeline<Job, BlockCost?>, _ places: inout [ExplainedInput.Block],
    into result: inout ExplainedInput, _ watch: @escaping Watch
  ) {
    guard let cost = pipeline.collect(whileWaiting: watch) else { return }
    var block = places.removeFirst()
    guard let cost else { return }
    block.cost = cost
    result.blocks.append(block)
  }

  /// Finds out what the bytes of an archive cost.
  ///
  /// - Throws: `ArchiveError`, or what `source` throws.
  package func explain(
    archive source: some RandomAccessSource, models: ModelStore, options: DecompressionOptions,
    sampleBytes: Int?, watch: @escaping Watch = { _ in }
  ) throws -> ExplainedInput {
    let map = try ArchiveMap(of: source)
    let sample = BlockSample(bytes: sampleBytes, of: map.plainSize)
    var frameModels = FrameModels(store: models)
    var result = ExplainedInput()
    result.blockCount = map.blocks.count
    result.plainSize = map.plainSize
    result.archiveSize = try source.size
    for frame in map.frames {
      let name = (try? models.model(id: frame.modelID).name) ?? "\(frame.modelID)"
      if !result.modelNames.contains(name) { result.modelNames.append(name) }
    }
    var pipeline = OrderedPipeline<PlainWriter.Job, BlockCost?>(threads: options.threads) {
      [self] in explain($0.payload, header: $0.header, model: $0.model, monitor: $1)
    }
    var places: [ExplainedInput.Block] = []
    var newlines: Int? = 0
    for (number, block) in map.blocks.enumerated() {
      defer { newlines = block.newlines.flatMap { count in newlines.map { $0 + count } } }
      guard sample.takes(block: number, bytesBefore: 0) else { continue }
      while pipeline.isFull { try collectIntact(&pipeline, &places, into: &result, map, watch) }
      let job = try map.job(ofBlock: number, from: source, &frameModels, options)
      places.append(
        ExplainedInput.Block(
          number: number, plainOffset: block.plainOffset, newlinesBefore: newlines,
          cost: BlockCost(plain: [], costs: [], method: .stored, payloadSize: 0)))
      pipeline.submit(job)
    }
    while pipeline.inFlight > 0 {
      try collectIntact(&pipeline, &places, into: &result, map, watch)
    }
    result.countNewlines()
    return result
  }

  private func collectIntact<Job>(
    _ pipeline: inout OrderedPipeline<Job, BlockCost?>, _ places: inout [ExplainedInput.Block],
    into result: inout ExplainedInput, _ map: ArchiveMap, _ watch: @escaping Watch
  ) throws {
    guard let number = places.first?.number else { return }
    let before = result.blocks.count
    collect(&pipeline, &places, into: &result, watch)
    if result.blocks.count == before {
      throw ArchiveError(
        kind: .contentMismatch, block: number + 1, offset: map.blocks[number].offset)
    }
  }
}

extension ExplainedInput {
  /// Counts lines as far as blocks follow each other from the first one on.
  fileprivate mutating func countNewlines() {
    var known: (number: Int, newlines: Int)? = (0, 0)
    for index in blocks.indices {
      if let place = known, blocks[index].number == place.number {
        blocks[index].newlinesBefore = place.newlines
      }
      let plain = blocks[index].cost.plain
      let newlines = plain.span.newlineCount
      known = blocks[index].newlinesBefore.map { (blocks[index].number + 1, $0 + newlines) }
    }
  }
}

extension ArchiveMap {
  /// Reads a block.
  fileprivate func job(
    ofBlock number: Int, from source: some RandomAccessSource, _ models: inout FrameModels,
    _ options: DecompressionOptions
  ) throws -> PlainWriter.Job {
    let entry = blocks[number]
    func limit(_ memory: Int) throws(ArchiveError) {
      guard memory > options.memoryLimit else { return }
      throw ArchiveError(
        kind: .memoryLimit(needed: memory, limit: options.memoryLimit), block: number + 1,
        offset: entry.offset)
    }
    // An index may claim anything.
    try limit(entry.codedSize)
    let bytes = try source.bytes(at: entry.offset, count: entry.codedSize)
    let (header, headerSize) = try header(ofBlock: number, in: bytes)
    guard bytes.count == entry.codedSize else {
      throw ArchiveError(kind: .truncated, block: number + 1, offset: entry.offset)
    }
    models.beginFrame(frame(ofBlock: number).modelID)
    let model = try models.model(for: header, block: number + 1, offset: entry.offset)
    let memory = BlockDecoder.memoryNeeded(for: header, model: model)
    try limit(memory)
    return PlainWriter.Job(
      header: header, payload: Array(bytes[headerSize...]), model: model, memory: memory,
      block: number, offset: entry.offset)
  }
}
