import FSComp
import Synchronization
import TestSupport
import Testing

/// Counts the bytes that are read.
private final class CountingSource: RandomAccessSource {
  private let source: ArraySource
  private(set) var byteCount = 0

  init(_ bytes: [UInt8]) { source = ArraySource(bytes) }

  var size: Int { source.size }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = source.read(at: offset, into: buffer)
    byteCount += count
    return count
  }
}

@Suite struct RandomAccessTests {
  private let plain = text(6000)

  private func archives() throws -> [[UInt8]] {
    let indexed = try compress(plain, blockSize: 500)
    let head = try compress(Array(plain[..<1200]), blockSize: 500)
    let single = try compress(Array(plain[1200..<1300]))
    let tail = try compress(Array(plain[1300...]), blockSize: 700)
    return [
      indexed, try compress(plain), head + single + tail,
      single + head + single, head + (try compress([])) + single + tail,
    ]
  }

  private func reader(
    _ archive: [UInt8], threads: Int = 1, memoryLimit: Int = 512 << 20
  ) throws -> RandomAccessReader<CountingSource> {
    var options = DecompressionOptions()
    options.threads = threads
    options.memoryLimit = memoryLimit
    return try RandomAccessReader(
      CountingSource(archive), models: ModelStore(searchPath: []), options: options)
  }

  @Test(arguments: [1, 3])
  func anyRangeIsThatOfTheWhole(threads: Int) throws {
    var generator = SplitMix64(seed: 7)
    for archive in try archives() {
      let whole = try decompress(archive)
      for padding in [0, 3, 1000] {
        let padded = try reader(archive + [UInt8](repeating: 0, count: padding), threads: threads)
        #expect(padded.plainSize == whole.count)
        #expect(try padded.read(0..<whole.count) == whole)
      }
      let opened = try reader(archive, threads: threads)
      for _ in 0..<12 {
        let start = Int(generator.next() % UInt64(whole.count + 10))
        let count = Int(generator.next() % 900)
        let range = start..<start + count
        #expect(try opened.read(range) == Array(whole[range.clamped(to: 0..<whole.count)]))
      }
      #expect(try opened.read(whole.count..<whole.count + 5) == [])
      #expect(try opened.read(5..<5) == [])
    }
  }

  @Test func theMapIsThatOfTheHeaders() throws {
    for archive in try archives() {
      let map = try ArchiveMap(of: ArraySource(archive))
      let listing = try listing(archive)
      #expect(map.frames.map(\.offset) == listing.frames.map(\.offset))
      #expect(map.frames.map(\.archiveSize) == listing.frames.map(\.archiveSize))
      #expect(map.frames.map(\.modelID) == listing.frames.map(\.modelID))
      #expect(map.frames.map(\.blocks.count) == listing.frames.map(\.blocks.count))
      let blocks = listing.frames.flatMap(\.blocks)
      #expect(map.blocks.map(\.offset) == blocks.map(\.offset))
      #expect(map.blocks.map(\.plainSize) == blocks.map(\.plainSize))
    }
  }

  @Test func openingReadsTheIndexAndReadingTheBlocksThatAreNeeded() throws {
    var generator = SplitMix64(seed: 3)
    let archive = try compress(generator.bytes(200_000), blockSize: 10_000)
    let source = CountingSource(archive)
    let reader = try RandomAccessReader(source, models: ModelStore(searchPath: []))
    #expect(source.byteCount < 70_000)
    let opened = source.byteCount
    let part = try reader.read(25_000..<36_000)
    #expect(part.count == 11_000)
    #expect(source.byteCount - opened < 21_000)
    // Kept: read once.
    _ = try reader.read(25_000..<26_000)
    #expect(source.byteCount - opened < 21_000)
  }

  @Test func blocksThatFollowAreDecodedAhead() throws {
    var generator = SplitMix64(seed: 5)
    let plain = generator.bytes(200_000)
    let archive = try compress(plain, blockSize: 10_000)
    func read(_ starts: [Int], threads: Int) throws -> Int {
      let source = CountingSource(archive)
      var options = DecompressionOptions()
      options.threads = threads
      let reader = try RandomAccessReader(
        source, models: ModelStore(searchPath: []), options: options)
      let opened = source.byteCount
      for start in starts {
        #expect(try reader.read(start..<start + 100) == Array(plain[start..<start + 100]))
      }
      return source.byteCount - opened
    }
    let oneAfterTheOther = [0, 5000, 10_000, 15_000, 20_000]
    #expect(try read(oneAfterTheOther, threads: 1) < 31_000)
    #expect(try read(oneAfterTheOther, threads: 2) > 31_000)
    // What is read ahead is not read again, and whoever goes elsewhere finds the right thing.
    #expect(try read(Array(stride(from: 0, to: 200_000, by: 5000)), threads: 2) < 202_000)
    #expect(try read(oneAfterTheOther + [120_000, 30_000], threads: 2) > 50_000)
    // Here and there.
    #expect(try read([100_000, 50_000, 60_000, 0, 190_000], threads: 2) < 51_000)
  }

  @Test func aBlockIsFoundByWhatItHolds() throws {
    let map = try ArchiveMap(of: ArraySource(try compress(plain, blockSize: 500)))
    for (number, block) in map.blocks.enumerated() {
      #expect(map.block(holding: block.plainOffset) == number)
      #expect(map.block(holding: block.plainOffset + block.plainSize - 1) == number)
    }
    #expect(map.block(holding: plain.count) == nil)
    #expect(map.block(holding: .max) == nil)
  }

  @Test func aDamagedIndexIsDoneWithout() throws {
    var archive = try compress(plain, blockSize: 500)
    archive[archive.count - 20] ^= 4
    #expect(try reader(archive).read(100..<4000) == Array(plain[100..<4000]))
    let both = archive + (try compress(plain, blockSize: 900))
    #expect(try reader(both).read(5990..<6010) == Array(plain[5990...] + plain[..<10]))
  }

  @Test func damageAndLimitsAreErrorsOfTheirBlock() throws {
    var archive = try compress(plain, blockSize: 500)
    let block = try listing(archive).frames[0].blocks[3]
    #expect(throws: ArchiveError.self) { try reader(archive, memoryLimit: 1000).read(0..<10) }
    archive[block.offset + block.codedSize - 3] ^= 1
    let damaged = try reader(archive, threads: 2)
    #expect(try damaged.read(0..<1500) == Array(plain[..<1500]))
    #expect {
      try damaged.read(1499..<2100)
    } throws: { error in
      error as? ArchiveError
        == ArchiveError(kind: .contentMismatch, block: 4, offset: block.offset)
    }
    #expect(try damaged.read(2000..<2400) == Array(plain[2000..<2400]))
  }

  @Test func everyTruncationIsAnErrorOrABeginning() throws {
    let archive = try compress(Array(plain[..<900]), blockSize: 300)
    for count in 0..<archive.count {
      #expect(throws: ArchiveError.self) { try reader(Array(archive[..<count])) }
    }
  }
}
