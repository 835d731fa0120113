import FSComp

/// `fscomp test`: decompression to nowhere.
struct Integrity: FileOperation {
  let decompressor: Decompressor

  let direction = ProgressSnapshot.Direction.decompressing
  let writesArchive = false
  let survivesPartialOutput = true

  func target(for path: Path, isForced: Bool) throws -> Path { path }

  func session(_ transfer: FileTransfer) throws -> any BlockSession {
    decompressor.session(
      from: transfer.source, to: transfer.sink, on: transfer.pool, observer: transfer.observer)
  }

  func summary(_ outcome: Outcome, input: String, output: String) -> String {
    "\(input): OK (\(NumberFormat.bytes(outcome.plainBytes)))"
  }
}
