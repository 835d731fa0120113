import FSComp
import Platform
import TestSupport
import Testing

/// Salvaging reports a loss exactly where decompression refuses.
@Suite struct SalvageVerdictTests {
  /// Frame headers, blocks and indexes of intact archives, to be put together at random.
  private func parts() throws -> [[UInt8]] {
    var generator = SplitMix64(seed: 21)
    var parts: [[UInt8]] = []
    for countsLines in [false, true] {
      var options = CompressionOptions()
      options.blockSize = 20
      options.indexesLines = countsLines
      let plain = generator.bytes(20) + [10] + generator.bytes(19)
      let compressor = Compressor(model: try ModelStore.defaultModel, options: options)
      parts += try split(compressor.compress(plain))
      parts += try split(compressor.compress([]))
    }
    parts += try split(compress(generator.bytes(20)))
    parts.append([0, 0])
    return parts
  }

  private func split(_ archive: [UInt8]) throws -> [[UInt8]] {
    let blocks = try listing(archive).frames[0].blocks
    let ends = [FrameHeader.byteCount] + blocks.map { $0.offset + $0.codedSize }
    return zip([0] + ends, ends + [archive.count]).map { Array(archive[$0..<$1]) }
      .filter { !$0.isEmpty }
  }

  private func salvage(_ archive: [UInt8]) throws -> (plain: [UInt8], report: SalvageReport) {
    var (source, sink) = (ArraySource(archive), ArraySink())
    let report = try decompressor().salvage(from: &source, to: &sink)
    return (sink.bytes, report)
  }

  private func expectAgreement(_ archive: [UInt8]) throws {
    let strict = try outcome(ofDecompressing: archive)
    let salvaged = try salvage(archive)
    #expect(salvaged.report.lost.isEmpty == (strict.error == nil), "\(archive)")
    if strict.error == nil { #expect(salvaged.plain == strict.written) }
  }

  @Test func partsInAnyOrder() throws {
    let parts = try parts()
    var generator = SplitMix64(seed: 22)
    try expectAgreement([])
    for first in parts {
      try expectAgreement(first)
      for second in parts { try expectAgreement(first + second) }
    }
    for _ in 0..<6_000 {
      let count = Int.random(in: 3...6, using: &generator)
      let chosen = (0..<count).map { _ in parts[Int(generator.next() % UInt64(parts.count))] }
      try expectAgreement(Array(chosen.joined()))
    }
  }

  /// Of a whole archive one part is taken away, doubled, or put elsewhere.
  @Test func oneChangeOfAnArchive() throws {
    var generator = SplitMix64(seed: 23)
    let single = try split(compress(generator.bytes(30)))
    let parts = try split(compress(generator.bytes(60), blockSize: 20)) + single
    try expectAgreement(Array(parts.joined()))
    for from in parts.indices {
      var fewer = parts
      let part = fewer.remove(at: from)
      try expectAgreement(Array(fewer.joined()))
      for to in fewer.indices {
        var moved = fewer
        moved.insert(part, at: to)
        try expectAgreement(Array(moved.joined()))
        var doubled = parts
        doubled.insert(part, at: to)
        try expectAgreement(Array(doubled.joined()))
      }
    }
  }

  /// The counts of lines in an index are part of what is checked.
  @Test func wrongCountsOfLines() throws {
    var index = FrameIndex(countsLines: true)
    let plain: [UInt8] = [0x61, 0x0A, 0x62]
    let header = BlockHeader(
      method: .stored, plainSize: 3, payloadSize: 3, contentCheck: Checksum.check32(plain.span))
    index.append(IndexEntry(header), newlines: 2)
    let frame = FrameHeader(
      isSingle: false, countsLines: true, modelID: try ModelStore.defaultModel.id)
    let archive = frame.encoded + header.encoded + plain + index.encoded
    let salvaged = try salvage(archive)
    #expect(salvaged.plain == plain)
    #expect(salvaged.report.lost.map(\.reason) == [.indexMismatch])
    #expect(salvaged.report.lost.map(\.plainSize) == [0])
    try expectAgreement(archive)
  }
}
