import FSComp

/// `fscomp test`: decompression to nowhere.
struct Integrity: FileOperation {
  let decompressor: Decompressor

  let direction = ProgressSnapshot.Direction.decompressing
  let writesArchive = false
  let survivesPartialOutput = true

  func target(for path: Path) -> Path { path }

  func run(
    _ source: inout FileSource, _ sink: inout FileSink, progress: @escaping (Progress) -> Void
  ) throws -> Outcome {
    let total = try decompressor.decompress(from: &source, to: &sink, progress: progress)
    return Outcome(plainBytes: total.plainBytes, archiveBytes: total.archiveBytes)
  }

  func verify(output: Descriptor, input: Descriptor, _ outcome: Outcome) {}

  func summary(_ outcome: Outcome, input: String, output: String) -> String {
    "\(input): OK (\(NumberFormat.bytes(outcome.plainBytes)))"
  }
}
