import FSComp
import Platform
import Prediction

/// `fscomp compress`.
struct Compression: FileOperation {
  let compressor: Compressor
  /// Reads back what `compressor` writes.
  let decompressor: Decompressor
  /// All that archives depend on besides their inputs; nil if they depend on time.
  let settings: [String]?

  static let suffix = ".fsc"

  let direction = ProgressSnapshot.Direction.compressing
  let writesArchive = true
  // Half a frame in the middle of a stream hides whatever follows it.
  let survivesPartialOutput = false

  func target(for path: Path, isForced: Bool) throws -> Path {
    guard isForced || !path.bytes.suffix(Self.suffix.utf8.count).elementsEqual(Self.suffix.utf8)
    else { throw FileWarning(path, "has the suffix \(Self.suffix) already; skipped (-f insists)") }
    return path.appending(Self.suffix)
  }

  func key(for input: FileStatus) -> UInt64? {
    settings.map { WorkKey.key(["compress", BuildInfo.line] + $0, input: input) }
  }

  func session(_ transfer: FileTransfer) throws -> any BlockSession {
    var resumption: ArchiveResumption<FileSink>?
    if let leftover = transfer.leftover {
      guard try FileStatus(of: leftover).isFromThisBoot else {
        // What had not reached the disk when the power went may be anything.
        try transfer.sink.keep(first: 0)
        return compressor.session(
          from: transfer.source, to: transfer.sink, on: transfer.pool, observer: transfer.observer)
      }
      var archive = FileSource(leftover)
      resumption = try ArchiveResumption(&archive) { sink, count in try sink.keep(first: count) }
    }
    return compressor.session(
      from: transfer.source, to: transfer.sink, on: transfer.pool, resuming: resumption,
      observer: transfer.observer)
  }

  func verification(
    output: Descriptor, input: Descriptor, _ outcome: Outcome, pool: WorkerPool
  ) throws -> Verification? {
    try output.synchronize()
    // From the disk, not from memory, as far as the system can be persuaded.
    _ = posix_fadvise(output.raw, 0, 0, POSIX_FADV_DONTNEED)
    guard lseek(output.raw, 0, SEEK_SET) == 0 else { throw FileError(output.name) }
    guard lseek(input.raw, 0, SEEK_SET) == 0 else { throw FileError(input.name) }
    let sink = ComparingSink(expected: FileSource(input), name: input.name)
    return Verification(
      session: decompressor.session(from: FileSource(output), to: sink, on: pool),
      check: { try sink.finish() })
  }

  func summary(_ outcome: Outcome, input: String, output: String) -> String {
    let (plain, archive) = (outcome.plainBytes, outcome.archiveBytes)
    var parts = ["\(NumberFormat.bytes(plain)) => \(NumberFormat.bytes(archive))"]
    if plain > 0 {
      parts.append("\(NumberFormat.bitsPerByte(archive: archive, plain: plain)) bits/byte")
    }
    parts.append(output)
    return "\(input): ratio \(NumberFormat.ratio(plain: plain, archive: archive)) "
      + "(\(parts.joined(separator: ", ")))"
  }
}
