import ContextMixing
import FSComp
import Testing
import TestSupport

@Suite struct RoundTripTests {
  private func contents(_ size: Int) -> [[UInt8]] {
    var generator = SplitMix64(seed: UInt64(size))
    return [
      text(size), [UInt8](repeating: 0, count: size), [UInt8](repeating: 0xFF, count: size),
      generator.bytes(size),
    ]
  }

  @Test(arguments: [0, 1, 2, 3, 15, 16, 17, 255, 4095, 4096, 4097])
  func sizes(size: Int) throws {
    for plain in contents(size) { #expect(try decompress(compress(plain)) == plain) }
  }

  @Test(arguments: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  func lanes(lanes: Int) throws {
    for size in [1, lanes - 1, lanes, lanes + 1, 2 * lanes, 700] where size > 0 {
      for plain in [text(size), [UInt8](repeating: 97, count: size)] {
        let archive = try compress(plain, lanes: lanes, network: .always)
        #expect(try decompress(archive) == plain)
        let block = try #require(firstBlock(archive))
        let expected = LaneLayout.laneCount(lanes, byteCount: block.symbolCount)
        #expect(block.method == .stored || block.method.lanes == expected)
      }
    }
  }

  @Test(arguments: [0, 1, 199, 200, 201, 399, 400, 401, 600])
  func blockBoundaries(size: Int) throws {
    let plain = text(size)
    let archive = try compress(plain, blockSize: 200)
    #expect(try decompress(archive) == plain)
    let frames = try listing(archive).frames
    #expect(frames.count == 1)
    // The last two share what is left.
    let expected = [
      0: [], 1: [1], 199: [199], 200: [200], 201: [101, 100], 399: [200, 199], 400: [200, 200],
      401: [200, 101, 100], 600: [200, 200, 200],
    ][size]
    #expect(frames[0].blocks.map(\.plainSize) == expected)
    // Exactly one block makes a single frame, without an index.
    let header = try #require(frame(archive))
    #expect(header.isSingle == (expected?.count == 1))
  }

  private func firstBlock(_ archive: [UInt8]) -> BlockHeader? {
    let blocks = Array(archive.dropFirst(FrameHeader.byteCount))
    guard case .value(let header, _) = BlockHeader.parse(blocks.span) else { return nil }
    return header
  }

  private func frame(_ archive: [UInt8]) -> FrameHeader? {
    guard case .value(let header, _) = FrameHeader.parse(archive.span) else { return nil }
    return header
  }

  @Test func threadsDoNotChangeTheArchive() throws {
    let plain = text(5000)
    let archive = try compress(plain, blockSize: 300, lanes: 4)
    for threads in [2, 3, 4] {
      #expect(try compress(plain, blockSize: 300, lanes: 4, threads: threads) == archive)
      #expect(try decompress(archive, threads: threads) == plain)
    }
  }

  @Test func defaultLanesOfALargerBlock() throws {
    let plain = try Array(prose().prefix(140_000))
    let archive = try compress(plain)
    #expect(try decompress(archive) == plain)
    #expect(archive.count < plain.count / 2)
    let block = try #require(firstBlock(archive))
    let expected = LaneLayout.defaultLaneCount(byteCount: block.symbolCount, atMost: 16)
    #expect(block.method.lanes == expected && expected > 4)
  }

  @Test func randomBytesAreStoredWithoutTryingTheNetwork() throws {
    var generator = SplitMix64(seed: 1)
    let plain = generator.bytes(3 << 20)
    let archive = try compress(plain, threads: 2)
    #expect(archive.count < plain.count + 100)
    #expect(try listing(archive).frames[0].blocks.allSatisfy { $0.method == .stored })
    #expect(try decompress(archive, threads: 2) == plain)
  }

  @Test func overheadIsSmall() throws {
    #expect(try compress([]).count == 25)
    for size in [1, 100, 5000] {
      let archive = try compress(text(size))
      let block = try listing(archive).frames[0].blocks[0]
      #expect(archive.count - block.codedSize == 15)
      #expect(block.codedSize <= size + BlockHeader.maximumByteCount)
    }
  }

  @Test func unreasonableOptionsAreBroughtIntoRange() throws {
    var options = CompressionOptions()
    options.blockSize = 0
    options.lanes = 0
    options.threads = -1
    let compressor = Compressor(model: try ModelStore.defaultModel, options: options)
    #expect(try decompress(compressor.compress([1, 2, 3]), threads: 0) == [1, 2, 3])
    options.blockSize = .max
    options.lanes = .max
    let generous = Compressor(model: try ModelStore.defaultModel, options: options)
    #expect(try decompress(generous.compress(text(500))) == text(500))
  }

  @Test func framesConcatenate() throws {
    let parts = [[], text(10), text(700), [], [], text(300, seed: 2), []]
    var archive: [UInt8] = []
    for part in parts { archive += try compress(part, blockSize: 300) }
    #expect(try decompress(archive) == Array(parts.joined()))
    #expect(try decompress(archive, threads: 3) == Array(parts.joined()))
    #expect(try listing(archive).frames.map(\.plainSize) == parts.map(\.count))
  }

  @Test func aFrameEndsBeforeItsIndexGetsTooLong() throws {
    var options = CompressionOptions()
    options.blockSize = 10
    let compressor = Compressor(
      model: try ModelStore.defaultModel, options: options, blocksPerFrame: 3)
    for blocks in [1, 3, 4, 6, 7] {
      let plain = text(10 * blocks)
      let archive = compressor.compress(plain)
      #expect(try decompress(archive) == plain)
      let counts = try listing(archive).frames.map(\.blocks.count)
      #expect(counts == stride(from: 0, to: blocks, by: 3).map { min(3, blocks - $0) })
    }
  }
}
