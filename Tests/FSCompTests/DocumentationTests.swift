import FSComp
import Foundation
import TestSupport
import Testing

// The code in the pages of the documentation, line by line: .ci/documented.py sees to that.

private struct File: ByteSource, ByteSink {
  let handle: FileHandle

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let data = try handle.read(upToCount: buffer.count) ?? Data()
    return data.copyBytes(to: buffer)
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    try handle.write(contentsOf: bytes)
  }
}

private struct ArchiveFile: RandomAccessSource {
  let handle: FileHandle

  var size: Int { get throws { Int(try handle.seekToEnd()) } }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try handle.seek(toOffset: UInt64(offset))
    let data = try handle.read(upToCount: buffer.count) ?? Data()
    return data.copyBytes(to: buffer)
  }
}

/// What takes pieces one after the other.
private actor Connection {
  private(set) var received: [UInt8] = []

  func send(_ piece: [UInt8]) throws { received += piece }
}

/// What shows a number.
private final class Meter {
  private(set) var shown: [Int] = []

  func show(_ count: Int) { shown.append(count) }
}

@Suite struct DocumentationTests {
  private let bytes = text(30_000)

  private func quickCompressor() throws -> Compressor {
    try Compressor(
      options: CompressionOptions(blockSize: 4000, network: .never, indexesLines: true))
  }

  /// A file of this test alone, removed behind it.
  private func withFiles<Result>(
    _ body: (_ first: FileHandle, _ second: FileHandle) throws -> Result
  ) throws -> Result {
    func temporary() throws -> FileHandle {
      let file = try #require(tmpfile())
      let descriptor = dup(fileno(file))
      fclose(file)
      return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
    return try body(temporary(), temporary())
  }

  @Test func gettingStarted() throws {
    let text = String(repeating: "some text, ", count: 100)
    let archive = try Compressor().compress(Array(text.utf8))
    let plain = try Decompressor().decompress(archive)
    #expect(plain == Array(text.utf8))
    #expect(archive.count < plain.count)
  }

  @Test func readme() throws {
    let text = String(repeating: "some text, ", count: 100)
    let archive = Compressor(model: try ModelStore.defaultModel).compress(Array(text.utf8))
    let models = ModelStore(searchPath: ModelStore.standardSearchPath)
    let plain = try Decompressor(models: models).decompress(archive)
    #expect(plain == Array(text.utf8))
  }

  @Test func spansAndLevels() throws {
    var options = CompressionOptions()
    if let quick = CompressionLevel(1) { options.level = quick }
    options.threads = 8
    options.blockSize = CompressionOptions.seekableBlockSize
    let compressor = try Compressor(options: options)
    let packed = try compressor.compress(bytes.span.bytes)
    #expect(packed == compressor.compress(bytes))
  }

  @Test func files() throws {
    let compressor = try quickCompressor()
    try withFiles { first, second in
      try first.write(contentsOf: bytes)
      try first.seek(toOffset: 0)
      var input = File(handle: first)
      var output = File(handle: second)
      let meter = Meter()
      let total = try compressor.compress(from: &input, to: &output) { progress in
        meter.show(progress.plainBytes)
      }
      #expect(meter.shown.last == bytes.count && total.plainBytes == bytes.count)
      let source = ArchiveFile(handle: second)
      #expect(try source.size == total.archiveBytes)
      let models = ModelStore(searchPath: [])
      let reader = try RandomAccessReader(source, models: models)
      #expect(try reader.read(9000..<9100) == Array(bytes[9000..<9100]))
    }
  }

  @Test func pieces() throws {
    let compressor = try quickCompressor()
    let pieces = stride(from: 0, to: bytes.count, by: 999).map {
      Array(bytes[$0..<min(bytes.count, $0 + 999)])
    }
    let stream = CompressionStream(compressor)
    var archive: [UInt8] = []
    for piece in pieces { archive += try stream.append(piece) }
    archive += try stream.finish()
    #expect(archive == compressor.compress(bytes))
  }

  @Test func sequences() async throws {
    let compressor = try quickCompressor()
    let connection = Connection()
    let arriving = AsyncStream { [bytes] continuation in
      continuation.yield(bytes)
      continuation.finish()
    }
    for try await piece in compressor.compress(arriving) {
      try await connection.send(piece)
    }
    #expect(await connection.received == compressor.compress(bytes))
  }

  @Test func cancellation() async throws {
    let compressor = try quickCompressor()
    let connection = Connection()
    // Never ends by itself.
    let (arriving, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    let task = Task {
      for try await piece in compressor.compress(arriving) { try await connection.send(piece) }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    continuation.finish()
  }

  @Test func anyPart() throws {
    let long = text(110_000) + Array("\none\ntwo\n".utf8)
    let archive = try quickCompressor().compress(long)
    let source = ArraySource(archive)
    let models = ModelStore(searchPath: [])
    let reader = try RandomAccessReader(source, models: models)
    let part = try reader.read(100_000..<100_100)
    #expect(part == Array(long[100_000..<100_100]))
    let listing = try ArchiveListing(of: source, withBlocks: true)
    for frame in listing.frames { print(frame.modelID, frame.plainSize, frame.blocks.count) }
    #expect(listing.frames.map(\.plainSize) == [long.count])
  }

  @Test func lines() throws {
    let plain = Array((0..<3000).map { "line \($0)\n" }.joined().utf8)
    let archive = try quickCompressor().compress(plain)
    let reader = try RandomAccessReader(ArraySource(archive), models: ModelStore(searchPath: []))
    let lines = try reader.read(reader.plainBytes(ofLines: 999..<1010))
    #expect(lines == Array((999..<1010).map { "line \($0)\n" }.joined().utf8))
  }

  @Test func joining() throws {
    let compressor = try quickCompressor()
    let parts = [bytes[..<8000], bytes[8000...]].map { compressor.compress(Array($0)) }
    var sink = ArraySink()
    let total = try ArchiveJoin(parts.map { ArraySource($0) }).write(to: &sink)
    #expect(total.archiveBytes == sink.bytes.count)
    #expect(sink.bytes == compressor.compress(bytes))
  }

  @Test func memory() throws {
    let options = DecompressionOptions(threads: 4, memoryLimit: 256 << 20)
    let decompressor = Decompressor(options: options)
    #expect(try decompressor.decompress(try quickCompressor().compress(bytes)) == bytes)
  }

  @Test func models() throws {
    let path = "\(repository)/Tests/FSCompTests/Vectors/1.0/test-vectors.fsm"
    let mine = try ModelStore.load(path: path)
    let compressor = Compressor(model: mine)
    var models = ModelStore(searchPath: ModelStore.standardSearchPath)
    models.add(mine)
    let decompressor = Decompressor(models: models)
    #expect(try decompressor.decompress(compressor.compress(bytes)) == bytes)
  }

  @Test func errors() throws {
    let archive = try quickCompressor().compress(bytes)
    let decompressor = Decompressor()
    func outcome(_ archive: [UInt8]) -> (plain: [UInt8], message: String) {
      var plain: [UInt8] = []
      var message = ""
      do throws(ArchiveError) {
        plain = try decompressor.decompress(archive)
      } catch {
        switch error.kind {
        case .truncated: message = "the end is missing"
        case .modelNotFound(let id, _): message = "get model \(id)"
        default: message = "block \(error.block ?? 0): \(error)"
        }
      }
      return (plain, message)
    }
    #expect(outcome(archive) == (bytes, ""))
    #expect(outcome(Array(archive.dropLast())) == ([], "the end is missing"))
  }

  @Test func salvage() throws {
    var archive = try quickCompressor().compress(bytes)
    archive[archive.count / 2] ^= 1
    var source = ArraySource(archive)
    var sink = ArraySink()
    let decompressor = Decompressor()
    let report = try decompressor.salvage(from: &source, to: &sink)
    for loss in report.lost { print(loss) }
    #expect(report.lost.count == 1 && sink.bytes.count >= bytes.count - 4000)
  }
}
