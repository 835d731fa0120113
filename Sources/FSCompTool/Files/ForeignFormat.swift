/// What a file is that is no archive of this program, told from its first bytes.
enum ForeignFormat {
  private static let magics: [(bytes: [UInt8], name: String)] = [
    ([0x1F, 0x8B], "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), (Array("BZh".utf8), "bzip2"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4"), (Array("LZIP".utf8), "lzip"),
    (Array("BZ3v1".utf8), "bzip3"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z"),
    (Array("PK\u{3}\u{4}".utf8), "zip"), ([0x1F, 0x9D], "compress (.Z)"),
    (Array("7kSt".utf8), "zpaq"), (Array("Rar!".utf8), "rar"),
  ]

  static func name(of head: [UInt8]) -> String? {
    magics.first { head.starts(with: $0.bytes) }?.name
  }
}
