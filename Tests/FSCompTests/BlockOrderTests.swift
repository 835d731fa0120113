import FSComp
import TestSupport
import Testing

/// Whole blocks that are intact, but not where they belong: every reader refuses them.
@Suite struct BlockOrderTests {
  private struct Change: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Of the blocks of an archive, with one of another archive at the end.
    var apply: @Sendable (_ blocks: inout [[UInt8]], _ other: [UInt8]) -> Void
  }

  private static let changes = [
    Change(testDescription: "swapped") { blocks, _ in blocks.swapAt(1, 2) },
    Change(testDescription: "first and last swapped") { blocks, _ in blocks.swapAt(0, 3) },
    Change(testDescription: "repeated") { blocks, _ in blocks[2] = blocks[1] },
    Change(testDescription: "of another archive") { blocks, other in blocks[1] = other },
    Change(testDescription: "left out") { blocks, _ in blocks.remove(at: 1) },
    Change(testDescription: "added") { blocks, other in blocks.append(other) },
  ]

  /// Stored blocks of 40 bytes, which only their content tells apart.
  private func plain(seed: UInt64) -> [UInt8] {
    var generator = SplitMix64(seed: seed)
    return generator.bytes(160)
  }

  private func parts(_ archive: [UInt8]) throws -> (blocks: [[UInt8]], end: [UInt8]) {
    let blocks = try listing(archive).frames[0].blocks
    let last = try #require(blocks.last)
    return (
      blocks.map { Array(archive[$0.offset..<$0.offset + $0.codedSize]) },
      Array(archive[(last.offset + last.codedSize)...])
    )
  }

  private func changed(_ change: Change, keepingIndex: Bool = true) throws -> [UInt8] {
    let archive = try compress(plain(seed: 1), blockSize: 40)
    var (blocks, end) = try parts(archive)
    change.apply(&blocks, try parts(compress(plain(seed: 2), blockSize: 40)).blocks[1])
    if !keepingIndex { end[end.count - 6] ^= 1 }
    return archive.prefix(FrameHeader.byteCount) + blocks.joined() + end
  }

  @Test(arguments: changes.indices, [1, 3])
  func aDecoderOfTheWholeRefusesThem(number: Int, threads: Int) throws {
    let change = Self.changes[number]
    let refusal = try outcome(ofDecompressing: changed(change), threads: threads)
    #expect(refusal.error?.kind == .indexMismatch)
    // The index comes behind the blocks: they are written by then, and no success is reported.
    #expect(!refusal.written.isEmpty)
    // With a damaged index there is no doubt either.
    let doubtful = try outcome(
      ofDecompressing: changed(change, keepingIndex: false), threads: threads)
    #expect(doubtful.error?.kind == .indexMismatch)
  }

  @Test(arguments: changes.indices)
  func aReaderOfPartsRefusesThem(number: Int) throws {
    let archive = try changed(Self.changes[number])
    let whole = plain(seed: 1)
    var refused = 0
    do {
      let reader = try RandomAccessReader(
        ArraySource(archive), models: ModelStore(searchPath: []))
      for start in stride(from: 0, to: reader.plainSize, by: 40) {
        do {
          // What is not refused is what belongs there.
          #expect(try reader.read(start..<start + 40) == Array(whole[start..<start + 40]))
        } catch let error as ArchiveError {
          #expect(error.kind == .indexMismatch)
          refused += 1
        }
      }
    } catch is ArchiveError {
      // More or fewer blocks than the index has, so that the frame does not begin where it should.
      refused += 1
    }
    #expect(refused > 0)
  }

  /// Frames stand for themselves: that archives concatenate means that whole frames may be moved.
  @Test func framesMayBeMoved() throws {
    let archives = try [1, 2].map { try compress(plain(seed: $0), blockSize: 40) }
    #expect(try decompress(archives[1] + archives[0]) == plain(seed: 2) + plain(seed: 1))
  }
}
