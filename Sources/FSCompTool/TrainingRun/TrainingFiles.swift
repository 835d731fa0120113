import Platform
import Training

/// The files that a run leaves.
struct TrainingFiles {
  let output: Path
  let checkpoint: Path
  let table: Path
  let picture: Path
  /// Whether the output is a model, or else float weights.
  let isModel: Bool

  /// - Parameter checkpoint: nil: beside the output.
  init(output: String, checkpoint: Path? = nil) {
    self.output = Path(argument: output)
    isModel = !output.hasSuffix(FloatModels.suffix)
    let stem = self.output.removing(".fsm") ?? self.output.removing(FloatModels.suffix)
      ?? self.output
    self.checkpoint = checkpoint ?? stem.appending(".checkpoint" + FloatModels.suffix)
    table = stem.appending(".csv")
    picture = stem.appending(".svg")
  }

  /// Before hours of work: may they be written?
  ///
  /// - Throws: `FileError`.
  func check(replacing: Bool) throws(FileError) {
    guard !replacing else { return }
    for path in [output, checkpoint, table, picture] { try AtomicOutput.checkIsFree(path) }
  }

  /// The protocol of a run that continues, as far as it goes.
  func log(upTo bytes: Int) -> TrainingLog {
    guard let csv = try? FileContents.read(table) else { return TrainingLog() }
    return TrainingLog(csv: String(decoding: csv, as: UTF8.self), upTo: bytes)
  }

  func write(_ log: TrainingLog) throws {
    try WholeFile.write(Array(log.csv.utf8), to: table, replacing: true)
    try WholeFile.write(Array(log.lossCurve.utf8), to: picture, replacing: true)
  }

  func removeCheckpoint() { _ = checkpoint.withCString { unlink($0) } }

  func write(_ saved: TrainingCheckpoint) throws {
    let file: Safetensors
    do { file = try saved.file() } catch { throw FileError(checkpoint, "\(error)") }
    try WholeFile.write(file.bytes, to: checkpoint, replacing: true, isDurable: true)
  }
}
