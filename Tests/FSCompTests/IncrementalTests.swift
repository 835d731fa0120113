import FSComp
import TestSupport
import Testing

@Suite("Streams that are handed over") struct IncrementalTests {
  private let plain = text(5000)

  private func compressor(threads: Int = 1, indexesLines: Bool = false) throws -> Compressor {
    var options = CompressionOptions()
    options.indexesLines = indexesLines
    options.blockSize = 700
    options.threads = threads
    options.level = try #require(CompressionLevel(1))
    return Compressor(model: try ModelStore.defaultModel, options: options)
  }

  /// Cuts bytes into pieces of up to this many.
  private func pieces(of bytes: [UInt8], longest: Int, seed: UInt64) -> [[UInt8]] {
    var generator = SplitMix64(seed: seed)
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = 1 + Int(generator.next() % UInt64(longest))
      pieces.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  @Test("Pieces make the same archive", arguments: [1, 3], [1, 40, 3000])
  func compression(threads: Int, longest: Int) throws {
    let stream = CompressionStream(try compressor(threads: threads))
    var archive: [UInt8] = []
    for piece in pieces(of: plain, longest: longest, seed: 1) {
      archive += try stream.append(piece)
    }
    archive += try stream.finish()
    #expect(archive == (try compressor().compress(plain)))
    #expect(stream.progress == Progress(plainBytes: plain.count, archiveBytes: archive.count))
    #expect(try stream.finish() == [])
  }

  @Test("Pieces of an archive make the same bytes", arguments: [1, 3], [1, 40, 3000])
  func decompression(threads: Int, longest: Int) throws {
    let archive = try compressor().compress(plain) + compressor().compress(text(90))
      + compressor(indexesLines: true).compress(plain)
      + [UInt8](repeating: 0, count: 600)
    let stream = DecompressionStream(decompressor(threads: threads))
    var bytes: [UInt8] = []
    for piece in pieces(of: archive, longest: longest, seed: 2) {
      bytes += try stream.append(piece)
    }
    #expect(bytes + (try stream.finish()) == plain + text(90) + plain)
  }

  @Test("The archive of nothing")
  func nothing() throws {
    let stream = CompressionStream(try compressor())
    #expect(try stream.append([]) == [])
    let archive = try stream.finish()
    #expect(archive == (try compressor().compress([])))
    #expect(try DecompressionStream(decompressor()).append(archive) == [])
  }

  @Test("Bytes that are lent, with the model in the program")
  func lent() throws {
    let options = CompressionOptions(level: try #require(CompressionLevel(1)), blockSize: 700)
    let archive = try Compressor(options: options).compress(plain.span.bytes)
    #expect(archive == (try compressor().compress(plain)))
    #expect(try Decompressor().decompress(archive.span.bytes) == plain)
  }

  @Test("A flush makes all before it readable")
  func flush() throws {
    let packer = CompressionStream(try compressor())
    let unpacker = DecompressionStream(decompressor())
    for piece in pieces(of: plain, longest: 1500, seed: 3) {
      let archive = try packer.append(piece) + packer.flush()
      #expect(try unpacker.append(archive) + unpacker.flush() == piece)
    }
    #expect(try unpacker.append(packer.finish()) + unpacker.finish() == [])
  }

  @Test("Damage comes behind what is intact, and stays")
  func damage() throws {
    let archive = try compressor(indexesLines: true).compress(plain)
    for count in stride(from: 0, to: archive.count, by: 61) {
      let expected = try outcome(ofDecompressing: Array(archive[..<count]))
      let error = try #require(expected.error)
      let stream = DecompressionStream(decompressor())
      var bytes = try stream.append(Array(archive[..<count]))
      #expect(throws: error) { bytes += try stream.finish() }
      bytes += stream.intactRest()
      #expect(bytes == expected.written)
      #expect(throws: error) { try stream.append([1]) }
    }
  }

  @Test("The bound on an archive's size holds", arguments: [1, 3, 100, 100_000])
  func bound(blockSize: Int) throws {
    var generator = SplitMix64(seed: 4)
    var options = CompressionOptions()
    options.blockSize = blockSize
    options.network = .never
    for indexesLines in [false, true] {
      options.indexesLines = indexesLines
      let compressor = Compressor(model: try ModelStore.defaultModel, options: options)
      for count in [0, 1, 2, 7, 500] {
        let archive = compressor.compress(generator.bytes(count))
        #expect(archive.count <= (try #require(options.mostArchiveBytes(plainBytes: count))))
      }
    }
    #expect(options.mostArchiveBytes(plainBytes: .max) == nil)
  }

  @Test("Kinds of errors have numbers of their own")
  func numbers() throws {
    let kinds: [ArchiveError.Kind] = [
      .notAnArchive, .unsupportedVersion(2), .reservedFlags, .frameHeaderDamaged, .truncated,
      .blockHeaderDamaged, .contentMismatch, .indexDamaged, .indexMismatch, .trailingData,
      .memoryLimit(needed: 2, limit: 1),
      .modelNotFound(id: try ModelStore.defaultModel.id, searched: []), .modelUnusable(""),
      .outOfMemory(needed: 3),
    ]
    #expect(kinds.map(\.number) == Array(1...14))
  }
}
