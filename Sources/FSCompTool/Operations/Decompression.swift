import FSComp
import Platform

/// `fscomp decompress`.
struct Decompression: FileOperation {
  let decompressor: Decompressor
  /// Whether damaged blocks are left out instead of ending the work.
  var isSalvage = false

  let direction = ProgressSnapshot.Direction.decompressing
  let writesArchive = false
  let survivesPartialOutput = true

  func target(for path: Path) throws -> Path {
    guard let target = path.removing(Compression.suffix) else {
      throw FileError(
        path, "unknown suffix: \(Compression.suffix) expected (name the output with -o or -c)")
    }
    return target
  }

  func run(
    _ source: inout FileSource, _ sink: inout FileSink, progress: @escaping (Progress) -> Void
  ) throws -> Outcome {
    if isSalvage {
      let report = try decompressor.salvage(from: &source, to: &sink)
      return Outcome(plainBytes: report.recoveredBytes, archiveBytes: 0, lost: report.lost)
    }
    let total = try decompressor.decompress(from: &source, to: &sink, progress: progress)
    return Outcome(plainBytes: total.plainBytes, archiveBytes: total.archiveBytes)
  }

  /// Every block's hash was checked while it was decoded: what is left to check is that all of it
  /// is on the disk.
  func verify(output: Descriptor, input: Descriptor, _ outcome: Outcome) throws {
    try output.synchronize()
    guard try FileStatus(of: output).size == outcome.plainBytes else {
      throw FileError(output.name, "has not the expected size")
    }
  }

  func summary(_ outcome: Outcome, input: String, output: String) -> String {
    "\(input): \(NumberFormat.bytes(outcome.plainBytes))" + (output.isEmpty ? "" : " (\(output))")
  }
}
