import FSComp
import Testing
import TestSupport

@Suite struct DamageTests {
  /// Network blocks in one and in two lanes, a stored one, and an index.
  private func smallArchive() throws -> (plain: [UInt8], archive: [UInt8]) {
    var generator = SplitMix64(seed: 1)
    let plain = text(45) + generator.bytes(15) + text(30, seed: 2)
    return (plain, try compress(plain, blockSize: 30, lanes: 2))
  }

  /// The archive fails, and what it yields before that is right.
  private func expectFailure(
    _ archive: [UInt8], of plain: [UInt8], threads: Int = 1,
    _ kinds: [ArchiveError.Kind] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try outcome(ofDecompressing: archive, threads: threads)
    let kind = try #require(outcome.error, sourceLocation: sourceLocation).kind
    #expect(kinds.isEmpty || kinds.contains(kind), sourceLocation: sourceLocation)
    #expect(plain.starts(with: outcome.written), sourceLocation: sourceLocation)
  }

  @Test(arguments: [1, 2])
  func everyTruncation(threads: Int) throws {
    let (plain, archive) = try smallArchive()
    for length in archive.indices {
      try expectFailure(
        Array(archive.prefix(length)), of: plain, threads: threads, [.truncated])
    }
    let single = try compress(text(30))
    for length in single.indices {
      try expectFailure(Array(single.prefix(length)), of: text(30), [.truncated])
      if length > 0 {
        try expectFailure(
          archive + single.prefix(length), of: plain + text(30), threads: threads, [.truncated])
      }
    }
  }

  @Test func everyFlippedBit() throws {
    let (plain, archive) = try smallArchive()
    let kinds: [ArchiveError.Kind] = [
      .notAnArchive, .frameHeaderDamaged, .blockHeaderDamaged, .contentMismatch, .indexMismatch,
    ]
    for index in archive.indices {
      for bit in 0..<8 {
        var flipped = archive
        flipped[index] ^= 1 << bit
        try expectFailure(flipped, of: plain, kinds)
      }
    }
  }

  @Test func everyFlippedBitOfASingleFrame() throws {
    let plain = text(40)
    let archive = try compress(plain)
    for index in archive.indices {
      for bit in 0..<8 {
        var flipped = archive
        flipped[index] ^= 1 << bit
        try expectFailure(flipped, of: plain)
      }
    }
  }

  @Test func garbage() throws {
    var generator = SplitMix64(seed: 2)
    let header = FrameHeader(isSingle: false, modelID: try ModelStore.defaultModel.id).encoded
    for length in 0..<300 {
      let bytes = generator.bytes(length)
      try expectFailure(bytes, of: [])
      try expectFailure(header + bytes, of: [])
      // Beginning with a valid tag.
      try expectFailure(header + [bytes.first.map { $0 & 3 } ?? 0] + bytes, of: [])
    }
  }

  /// Bytes removed, repeated, moved or replaced.
  @Test(arguments: [1, 3])
  func scrambledArchives(threads: Int) throws {
    var generator = SplitMix64(seed: 3)
    let (plain, archive) = try smallArchive()
    for _ in 0..<120 {
      var scrambled = archive
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let bounds = [0, 1].map { _ in Int.random(in: 0...scrambled.count, using: &generator) }
        let range = bounds.min()!..<bounds.max()!
        let piece = Array(scrambled[range])
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: scrambled.removeSubrange(range)
        case 1: scrambled.insert(contentsOf: piece, at: range.lowerBound)
        case 2: scrambled.insert(contentsOf: piece, at: 0)
        default:
          scrambled.replaceSubrange(range, with: generator.bytes(range.count))
        }
      }
      if scrambled == archive { continue }
      let outcome = try outcome(ofDecompressing: scrambled, threads: threads)
      #expect(outcome.error != nil || outcome.written == plain)
    }
  }

  /// Tapes and `dd conv=sync` fill their last block with them.
  @Test(arguments: [1, 511, 1 << 17])
  func zerosBehindAnArchiveArePadding(count: Int) throws {
    let (plain, archive) = try smallArchive()
    let padded = archive + [UInt8](repeating: 0, count: count)
    #expect(try decompress(padded) == plain)
    #expect(try listing(padded).frames.count == listing(archive).frames.count)
  }

  @Test(
    arguments: [
      [0xF5], [0x00, 0x01], [0x01], [0xFF, 0xFF, 0xFF], [0xF5, 0x46, 0x53, 0x44],
    ] as [[UInt8]])
  func trailingData(bytes: [UInt8]) throws {
    let (plain, archive) = try smallArchive()
    for archive in [archive, try compress(text(30))] {
      let outcome = try outcome(ofDecompressing: archive + bytes)
      #expect(outcome.error?.kind == (bytes == [0xF5] ? .truncated : .trailingData))
      #expect(outcome.error?.offset == archive.count)
      #expect(outcome.error?.block == nil)
      #expect(outcome.written == (archive.count > 80 ? plain : text(30)))
    }
  }

  @Test func errorsNameTheBlockAndItsOffset() throws {
    let (plain, archive) = try smallArchive()
    let blocks = try listing(archive).frames[0].blocks
    let two = archive + archive
    for (number, block) in blocks.enumerated() {
      for (start, first) in [(0, 0), (archive.count, blocks.count)] {
        var payload = two
        payload[start + block.offset + block.codedSize - 1] ^= 0x40
        var header = two
        header[start + block.offset] ^= 0x40
        for threads in [1, 3] {
          let damagedPayload = try outcome(ofDecompressing: payload, threads: threads)
          #expect(
            damagedPayload.error
              == ArchiveError(
                kind: .contentMismatch, block: first + number + 1, offset: start + block.offset))
          let damagedHeader = try outcome(ofDecompressing: header, threads: threads)
          #expect(
            damagedHeader.error
              == ArchiveError(
                kind: .blockHeaderDamaged, block: first + number + 1,
                offset: start + block.offset))
          // All blocks before are written, whatever was in flight.
          let intact = (start > 0 ? plain.count : 0) + 30 * number
          #expect(damagedPayload.written.count == intact)
          #expect(damagedHeader.written.count == intact)
        }
      }
    }
  }

  @Test func theFirstOfSeveralErrorsIsReported() throws {
    let plain = text(600)
    var archive = try compress(plain, blockSize: 100)
    let blocks = try listing(archive).frames[0].blocks
    for number in [1, 2, 4] { archive[blocks[number].offset + blocks[number].codedSize - 1] ^= 1 }
    archive[blocks[5].offset] = 0xEE
    for threads in 1...4 {
      let outcome = try outcome(ofDecompressing: archive, threads: threads)
      #expect(outcome.error?.block == 2 && outcome.error?.kind == .contentMismatch)
      #expect(outcome.written == Array(plain.prefix(100)))
    }
  }

  @Test func anIndexMustMatchItsBlocks() throws {
    let archive = try compress(text(90), blockSize: 30)
    let other = try compress(text(90, seed: 2), blockSize: 30)
    func parts(_ archive: [UInt8]) throws -> (blocks: [UInt8], index: [UInt8]) {
      let last = try #require(try listing(archive).frames[0].blocks.last)
      let end = last.offset + last.codedSize
      return (Array(archive[..<end]), Array(archive[end...]))
    }
    // An intact index, of other blocks.
    let mixed = try parts(archive).blocks + parts(other).index
    let outcome = try outcome(ofDecompressing: mixed)
    #expect(outcome.error?.kind == .indexMismatch)
    #expect(outcome.error?.block == 1)
    #expect(outcome.written == text(90))
    // One block too few.
    let block = try listing(archive).frames[0].blocks[1]
    var shorter = archive
    shorter.removeSubrange(block.offset..<block.offset + block.codedSize)
    #expect(try self.kind(shorter) == .indexMismatch)
  }

  @Test func aSingleFrameHasOneBlock() throws {
    let archive = try compress(text(90), blockSize: 30)
    let single = FrameHeader(isSingle: true, modelID: try ModelStore.defaultModel.id).encoded
    #expect(try kind(single + archive[15...]) == .trailingData)
    #expect(try kind(single + FrameIndex().encoded) == .blockHeaderDamaged)
  }

  @Test func otherVersionsAreNamed() throws {
    var header = FrameHeader(isSingle: true, modelID: try ModelStore.defaultModel.id).encoded
    header[4] = 0x31
    var checked = Array(header.prefix(13))
    checked.appendLittleEndian(Checksum.check16(checked.span))
    #expect(try kind(checked) == .unsupportedVersion(3))
  }

  private func kind(_ archive: [UInt8]) throws -> ArchiveError.Kind? {
    try outcome(ofDecompressing: archive).error?.kind
  }

  @Test func descriptionsAreOneClearLine() {
    let id = ModelID(rawValue: 0xABC)
    let kinds: [ArchiveError.Kind] = [
      .notAnArchive, .unsupportedVersion(3), .reservedFlags, .frameHeaderDamaged, .truncated,
      .blockHeaderDamaged, .contentMismatch, .indexDamaged, .indexMismatch, .trailingData,
      .memoryLimit(needed: 1000, limit: 500), .modelNotFound(id: id, searched: ["/a", "/b"]),
      .modelNotFound(id: id, searched: []), .modelUnusable("x.fsm: damaged"),
      .outOfMemory(needed: 1000),
    ]
    var descriptions: Set<String> = []
    for kind in kinds {
      let description = "\(ArchiveError(kind: kind, block: 7, offset: 1234))"
      #expect(description.contains("block 7") && description.contains("1234"))
      #expect(!description.contains("\n"))
      #expect(descriptions.insert(description).inserted)
    }
    let missing = ArchiveError.Kind.modelNotFound(id: id, searched: ["/a", "/b"]).description
    for part in ["0000000000000abc", "/a", "/b", "-m PATH", ".fsm"] {
      #expect(missing.contains(part))
    }
    #expect("\(ArchiveError(kind: .trailingData, offset: 5))".hasPrefix("archive offset 5: "))
  }
}
