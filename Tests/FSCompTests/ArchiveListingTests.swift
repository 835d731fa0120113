import FSComp
import Testing
import TestSupport

@Suite struct ArchiveListingTests {
  @Test func tellsWhatIsThere() throws {
    var generator = SplitMix64(seed: 1)
    let first = try compress(text(700), blockSize: 300, lanes: 2, network: .always)
    let second = try compress(generator.bytes(40))
    let listing = try listing(first + second)
    #expect(listing.frames.map(\.offset) == [0, first.count])
    #expect(listing.frames.map(\.archiveSize) == [first.count, second.count])
    #expect(listing.frames.map(\.plainSize) == [700, 40])
    let model = try ModelStore.defaultModel
    #expect(listing.frames.allSatisfy { $0.modelID == model.id && $0.version == 1 })

    let blocks = listing.frames[0].blocks
    #expect(blocks.map(\.plainSize) == [300, 200, 200])
    #expect(blocks[0].offset == 15)
    #expect(blocks[1].offset == 15 + blocks[0].codedSize)
    #expect(blocks.allSatisfy { $0.method == .mixed && $0.lanes == 2 })
    let stored = listing.frames[1].blocks
    #expect(stored.count == 1 && stored[0].method == .stored && stored[0].lanes == 1)
    #expect(stored[0].codedSize == 40 + 8)
    #expect(stored[0].offset == first.count + 15)
  }

  @Test func contentIsNotLookedAt() throws {
    var archive = try compress(text(700), blockSize: 300)
    let block = try listing(archive).frames[0].blocks[1]
    archive[block.offset + block.codedSize - 1] ^= 1
    #expect(try listing(archive).frames[0].blocks.count == 3)
  }

  @Test func headersAndIndexesAreChecked() throws {
    let archive = try compress(text(700), blockSize: 300)
    let blocks = try listing(archive).frames[0].blocks
    let headers = Array(0..<15) + blocks.flatMap { $0.offset..<$0.offset + 8 }
    let index = Array(blocks[2].offset + blocks[2].codedSize..<archive.count)
    for position in headers + index {
      var damaged = archive
      damaged[position] ^= 0x10
      #expect(throws: ArchiveError.self) { try listing(damaged) }
    }
    for length in archive.indices {
      #expect(throws: ArchiveError.self) { try listing(Array(archive.prefix(length))) }
    }
  }
}
