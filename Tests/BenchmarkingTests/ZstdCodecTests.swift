import Benchmarking
import Testing

@Suite struct ZstdCodecTests {
  @Test(arguments: [3, 19, 22], [0, 1, 100_000, 700_000])
  func roundTrip(level: Int, byteCount: Int) throws {
    let folder = try TemporaryFolder()
    let plain = sampleText(byteCount: byteCount)
    try write(plain, to: folder.file("plain"))
    let settings = CodecSettings.zstd(ZstdSettings(level: level))
    try PeerWorker.runCodec(
      settings, .compress, from: folder.file("plain"), to: folder.file("archive"))
    try PeerWorker.runCodec(
      settings, .decompress, from: folder.file("archive"), to: folder.file("restored"))
    #expect(try contents(of: folder.file("restored")) == plain)
    let archive = try contents(of: folder.file("archive"))
    #expect(archive.starts(with: [0x28, 0xb5, 0x2f, 0xfd]))
    if byteCount >= 100_000 { #expect(archive.count < byteCount / 2) }
  }

  /// A read buffer is 128 KiB: the end of the input falls on the end of a buffer, and the end of
  /// the frame on the end of an output buffer.
  @Test(arguments: [128 << 10, 256 << 10])
  func wholeBuffers(byteCount: Int) throws {
    try roundTrip(level: 3, byteCount: byteCount)
  }

  @Test func highLevelsAreSmaller() throws {
    let folder = try TemporaryFolder()
    try write(sampleText(byteCount: 300_000), to: folder.file("plain"))
    let sizes = try [3, 19].map { level in
      try PeerWorker.runCodec(
        .zstd(ZstdSettings(level: level)), .compress, from: folder.file("plain"),
        to: folder.file("archive"))
      return try contents(of: folder.file("archive")).count
    }
    #expect(sizes[1] < sizes[0])
  }

  @Test func damageAndTruncationAreErrors() throws {
    let folder = try TemporaryFolder()
    let settings = CodecSettings.zstd(ZstdSettings(level: 3))
    try write(sampleText(byteCount: 50_000), to: folder.file("plain"))
    try PeerWorker.runCodec(
      settings, .compress, from: folder.file("plain"), to: folder.file("archive"))
    let archive = try contents(of: folder.file("archive"))
    var damaged = archive
    damaged[archive.count / 2] ^= 0x10
    for bad in [damaged, Array(archive.dropLast(5)), []] {
      try write(bad, to: folder.file("bad"))
      #expect(throws: (any Error).self) {
        try PeerWorker.runCodec(
          settings, .decompress, from: folder.file("bad"), to: folder.file("restored"))
      }
    }
  }
}
