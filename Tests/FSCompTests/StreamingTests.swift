import FSComp
import Testing

@Suite struct StreamingTests {
  private func compressor(
    blockSize: Int, threads: Int = 1, flushAfter: Duration? = nil
  ) throws -> Compressor {
    var options = CompressionOptions()
    options.blockSize = blockSize
    options.threads = threads
    options.flushAfter = flushAfter
    return Compressor(model: try ModelStore.defaultModel, options: options)
  }

  @Test(arguments: [1, 2, 7, 1000])
  func slicesMakeNoDifference(sliceSize: Int) throws {
    let plain = text(1000)
    let archive = try compress(plain, blockSize: 300)
    for threads in [1, 2] {
      var source = SlicedSource(plain, sliceSize: sliceSize)
      var sink = ArraySink()
      let compressor = try compressor(blockSize: 300, threads: threads)
      let written = try compressor.compress(from: &source, to: &sink)
      #expect(sink.bytes == archive)
      #expect(written == Progress(plainBytes: 1000, archiveBytes: archive.count))

      var archiveSource = SlicedSource(archive, sliceSize: sliceSize)
      var plainSink = ArraySink()
      let decompressor = decompressor(threads: threads)
      let read = try decompressor.decompress(from: &archiveSource, to: &plainSink)
      #expect(plainSink.bytes == plain)
      #expect(read == written)
    }
  }

  @Test(arguments: [1, 2])
  func progressGrowsToTheTotal(threads: Int) throws {
    let plain = text(1000)
    var source = ArraySource(plain)
    var sink = ArraySink()
    var steps: [Progress] = []
    let compressor = try compressor(blockSize: 300, threads: threads)
    let total = try compressor.compress(from: &source, to: &sink) { steps.append($0) }
    expectGrowth(steps, to: total)
    #expect(total == Progress(plainBytes: 1000, archiveBytes: sink.bytes.count))

    var archive = ArraySource(sink.bytes)
    var restored = ArraySink()
    var readSteps: [Progress] = []
    let decompressor = decompressor(threads: threads)
    let read = try decompressor.decompress(from: &archive, to: &restored) { readSteps.append($0) }
    expectGrowth(readSteps, to: total)
    #expect(read == total)
  }

  /// Blocks in flight count as far as they are coded, so the steps between depend on the threads.
  private func expectGrowth(_ steps: [Progress], to total: Progress) {
    #expect(steps.count >= 4)
    #expect(steps.map(\.plainBytes) == steps.map(\.plainBytes).sorted())
    #expect(steps.map(\.archiveBytes) == steps.map(\.archiveBytes).sorted())
    #expect(steps.last?.plainBytes == total.plainBytes)
    #expect(steps.allSatisfy { $0.archiveBytes <= total.archiveBytes })
  }

  /// The first block must be out when its successor is full and more has come.
  @Test(arguments: [1, 2, 4])
  func compressorWritesWhileItWaits(threads: Int) throws {
    let written = SharedBytes()
    var source = ScriptedSource([
      .bytes(text(450)), .wait(until: { written.bytes.count > 15 + 9 }), .bytes(text(300)),
    ])
    var sink = SharedSink(shared: written)
    let compressor = try compressor(blockSize: 200, threads: threads)
    _ = try compressor.compress(from: &source, to: &sink)
    #expect(!source.wasBlocked)
    #expect(try decompress(written.bytes) == text(450) + text(300))
  }

  /// A block must be out as soon as its last byte is in.
  @Test(arguments: [1, 2, 4])
  func decompressorWritesWhileItWaits(threads: Int) throws {
    let plain = text(900)
    let archive = try compress(plain, blockSize: 300)
    let blocks = try listing(archive).frames[0].blocks
    let written = SharedBytes()
    var steps: [ScriptedSource.Step] = []
    var start = 0
    for (number, block) in blocks.enumerated() {
      let end = block.offset + block.codedSize
      steps.append(.bytes(Array(archive[start..<end])))
      steps.append(.wait(until: { written.bytes.count == 300 * (number + 1) }))
      start = end
    }
    var source = ScriptedSource(steps + [.bytes(Array(archive[start...]))])
    var sink = SharedSink(shared: written)
    _ = try decompressor(threads: threads).decompress(from: &source, to: &sink)
    #expect(!source.wasBlocked)
    #expect(written.bytes == plain)
  }

  /// Waits for no more than the block after and, once, a byte more.
  @Test func compressorReadsAheadOneBlock() throws {
    let written = SharedBytes()
    var source = ScriptedSource([
      .bytes(text(401)), .wait(until: { written.bytes.count > 15 + 9 }), .bytes(text(199)),
    ])
    var sink = SharedSink(shared: written)
    _ = try compressor(blockSize: 200).compress(from: &source, to: &sink)
    #expect(!source.wasBlocked)
    #expect(try decompress(written.bytes) == text(401) + text(199))
  }

  @Test(arguments: [1, 2])
  func flushAfterEndsABlockEarly(threads: Int) throws {
    let written = SharedBytes()
    var source = ScriptedSource([
      .bytes(text(100)), .wait(until: { written.bytes.count > 15 }), .bytes(text(50)),
    ])
    var sink = SharedSink(shared: written)
    let compressor = try compressor(
      blockSize: 1000, threads: threads, flushAfter: .milliseconds(20))
    _ = try compressor.compress(from: &source, to: &sink)
    #expect(!source.wasBlocked)
    #expect(try decompress(written.bytes) == text(100) + text(50))
    #expect(try listing(written.bytes).frames[0].blocks.map(\.plainSize) == [100, 50])
  }

  @Test func flushAfterDoesNotWaitToSeeWhetherABlockIsTheOnlyOne() throws {
    let written = SharedBytes()
    var source = ScriptedSource([
      .bytes(text(100)), .wait(until: { written.bytes.count > 15 }),
    ])
    var sink = SharedSink(shared: written)
    let compressor = try compressor(blockSize: 100, flushAfter: .seconds(3600))
    _ = try compressor.compress(from: &source, to: &sink)
    #expect(!source.wasBlocked)
    #expect(try decompress(written.bytes) == text(100))
  }

  @Test func flushAfterLeavesAQuickInputAlone() throws {
    let compressor = try compressor(blockSize: 300, flushAfter: .seconds(3600))
    let plain = text(900)
    #expect(compressor.compress(plain) == (try compress(plain, blockSize: 300)))
    #expect(compressor.compress(text(20)) == (try compress(text(20))))
    #expect(compressor.compress([]) == (try compress([])))
  }

  @Test(arguments: [1, 2, 4])
  func errorsOfTheStreamsComeThrough(threads: Int) throws {
    let plain = text(2000)
    let archive = try compress(plain, blockSize: 100)
    let compressor = try compressor(blockSize: 100, threads: threads)
    let decompressor = decompressor(threads: threads)
    for count in [0, 1, 99, 100, 101, 1000] {
      #expect(throws: StreamFailure()) {
        var source = FailingSource(Array(plain.prefix(count)))
        var sink = ArraySink()
        _ = try compressor.compress(from: &source, to: &sink)
      }
      #expect(throws: StreamFailure()) {
        var source = FailingSource(Array(archive.prefix(count)))
        var sink = ArraySink()
        _ = try decompressor.decompress(from: &source, to: &sink)
      }
      #expect(throws: StreamFailure()) {
        var source = ArraySource(plain)
        var sink = FailingSink(remaining: count / 2)
        _ = try compressor.compress(from: &source, to: &sink)
      }
      #expect(throws: StreamFailure()) {
        var source = ArraySource(archive)
        var sink = FailingSink(remaining: count)
        _ = try decompressor.decompress(from: &source, to: &sink)
      }
    }
  }
}
