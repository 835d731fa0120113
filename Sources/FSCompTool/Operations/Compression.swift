import FSComp
import Platform
import Prediction

/// `fscomp compress`.
struct Compression: FileOperation {
  let compressor: Compressor
  /// Reads back what `compressor` writes.
  let decompressor: Decompressor

  static let suffix = ".fsc"

  let direction = ProgressSnapshot.Direction.compressing
  let writesArchive = true
  // Half a frame in the middle of a stream hides whatever follows it.
  let survivesPartialOutput = false

  func target(for path: Path) -> Path { path.appending(Self.suffix) }

  func run(
    _ source: inout FileSource, _ sink: inout FileSink, progress: @escaping (Progress) -> Void
  ) throws -> Outcome {
    let total = try compressor.compress(from: &source, to: &sink, progress: progress)
    return Outcome(plainBytes: total.plainBytes, archiveBytes: total.archiveBytes)
  }

  func verify(output: Descriptor, input: Descriptor, _ outcome: Outcome) throws {
    try output.synchronize()
    // From the disk, not from memory, as far as the system can be persuaded.
    _ = posix_fadvise(output.raw, 0, 0, POSIX_FADV_DONTNEED)
    guard lseek(output.raw, 0, SEEK_SET) == 0 else { throw FileError(output.name) }
    guard lseek(input.raw, 0, SEEK_SET) == 0 else { throw FileError(input.name) }
    var source = FileSource(output)
    var sink = ComparingSink(expected: FileSource(input), name: input.name)
    _ = try decompressor.decompress(from: &source, to: &sink)
    try sink.finish()
  }

  func summary(_ outcome: Outcome, input: String, output: String) -> String {
    let (plain, archive) = (outcome.plainBytes, outcome.archiveBytes)
    var parts = ["\(NumberFormat.bytes(plain)) => \(NumberFormat.bytes(archive))"]
    if plain > 0 {
      parts.append("\(NumberFormat.bitsPerByte(archive: archive, plain: plain)) bits/byte")
    }
    parts.append(output)
    return
      "\(input): \(NumberFormat.percent(archive, of: plain)) (\(parts.joined(separator: ", ")))"
  }
}
