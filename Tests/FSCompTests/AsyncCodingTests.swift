import FSComp
import Testing

@Suite("Asynchronous sequences of bytes") struct AsyncCodingTests {
  private let plain = text(5000)

  private func pieces(of bytes: [UInt8], count: Int) -> AsyncStream<[UInt8]> {
    AsyncStream { continuation in
      for start in stride(from: 0, to: bytes.count, by: count) {
        continuation.yield(Array(bytes[start..<min(start + count, bytes.count)]))
      }
      continuation.finish()
    }
  }

  private func compressor(threads: Int = 1) throws -> Compressor {
    let level = try #require(CompressionLevel(1))
    return try Compressor(options: .init(level: level, blockSize: 700, threads: threads))
  }

  @Test("In and out", arguments: [1, 3])
  func roundTrip(threads: Int) async throws {
    let archive = try compressor(threads: threads).compress(pieces(of: plain, count: 333))
    var bytes: [UInt8] = []
    for try await piece in archive {
      #expect(!piece.isEmpty)
      bytes += piece
    }
    #expect(bytes == (try compressor().compress(plain)))
    var back: [UInt8] = []
    let again = try compressor(threads: threads).compress(pieces(of: plain, count: 333))
    for try await piece in decompressor(threads: threads).decompress(again) { back += piece }
    #expect(back == plain)
  }

  @Test("The archive of nothing")
  func nothing() async throws {
    var bytes: [UInt8] = []
    for try await piece in try compressor().compress(pieces(of: [], count: 1)) { bytes += piece }
    #expect(bytes == (try compressor().compress([])))
  }

  @Test("Damage is an error behind what is intact")
  func damage() async throws {
    let cut = Array(try compressor().compress(plain).dropLast(150))
    let expected = try outcome(ofDecompressing: cut)
    let error = try #require(expected.error)
    var intact: [UInt8] = []
    await #expect(throws: error) {
      for try await piece in decompressor().decompress(pieces(of: cut, count: 20)) {
        intact += piece
      }
    }
    #expect(!intact.isEmpty && intact == expected.written)
  }

  @Test("Cancelling the task ends the work")
  func cancellation() async throws {
    // An endless source: without cancellation this would never end.
    let compressor = try Compressor(options: .init(blockSize: 20_000))
    let task = Task {
      let endless = AsyncStream<[UInt8]> { [plain] in Task.isCancelled ? nil : plain }
      for try await _ in compressor.compress(endless) {}
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
