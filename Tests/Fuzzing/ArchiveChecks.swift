import FSComp

/// Different readers of an archive, held to each other.
enum ArchiveChecks {
  /// Enough for blocks of some hundred thousand bytes.
  private static let memoryLimit = 24 << 20

  private static func decompressor(threads: Int = 1) -> Decompressor {
    var options = DecompressionOptions()
    options.memoryLimit = memoryLimit
    options.threads = threads
    return Decompressor(models: Models.store, options: options)
  }

  private static func plainBytes(_ archive: [UInt8]) -> [UInt8]? {
    try? decompressor().decompress(archive)
  }

  /// As a whole, and any part of it.
  static func decode(_ archive: [UInt8]) {
    guard let plain = plainBytes(archive) else { return }
    var options = DecompressionOptions()
    options.memoryLimit = memoryLimit
    guard
      let reader = try? RandomAccessReader(
        ArraySource(archive), models: Models.store, options: options)
    else { preconditionFailure("an archive that decodes cannot be read from anywhere") }
    precondition(reader.plainSize == plain.count, "indexes have another size")
    let part = plain.count / 3..<plain.count / 2
    precondition(
      (try? reader.read(part)) == Array(plain[part]), "a part is not what it is in the whole")
    var source = ArraySource(archive)
    let listing = try? ArchiveListing(from: &source)
    precondition(
      listing?.frames.reduce(0) { $0 + $1.plainSize } == plain.count, "a listing has another size")
  }

  /// A loss is reported exactly where decompression refuses.
  static func salvage(_ archive: [UInt8]) {
    var (source, sink) = (ArraySource(archive), ArraySink())
    guard let report = try? decompressor().salvage(from: &source, to: &sink) else { return }
    precondition(report.recoveredBytes == sink.bytes.count)
    precondition(report.work.bytes <= (SalvageWork.bytesPerByte + 4) * archive.count)
    let plain = plainBytes(archive)
    precondition(report.lost.isEmpty == (plain != nil), "salvage and decompression disagree")
    if let plain { precondition(plain == sink.bytes, "salvage restores something else") }
  }

  /// What an index or a header says has one form in bytes, which is the one it was read from.
  static func index(_ bytes: [UInt8]) {
    if case .value(let content, let byteCount) = FrameIndex.parse(bytes.span) {
      var index = FrameIndex(countsLines: content.newlines != nil)
      for (number, entry) in content.entries.enumerated() {
        index.append(entry, newlines: content.newlines?[number])
      }
      precondition(index.encoded == Array(bytes[..<byteCount]), "an index has two forms")
    }
    if case .value(let header, let size) = FrameHeader.parse(bytes.span) {
      precondition(header.encoded == Array(bytes[..<size]), "a frame header has two forms")
    }
    if case .value(let header, let size) = BlockHeader.parse(bytes.span) {
      precondition(header.encoded == Array(bytes[..<size]), "a block header has two forms")
    }
  }
}
