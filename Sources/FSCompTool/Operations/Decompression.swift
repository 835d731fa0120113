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

  func target(for path: Path, isForced: Bool) throws -> Path {
    guard let target = path.removing(Compression.suffix) else {
      throw FileError(
        path, "unknown suffix: \(Compression.suffix) expected (name the output with -o or -c)")
    }
    return target
  }

  func key(for input: FileStatus) -> UInt64? {
    isSalvage ? nil : WorkKey.key(["decompress"], input: input)
  }

  func session(_ transfer: FileTransfer) throws -> any BlockSession {
    if isSalvage { return SalvageSession(decompressor, transfer) }
    if transfer.passesForeign { return PassingSession(transfer, archives: begin) }
    return begin(transfer)
  }

  private func begin(_ transfer: FileTransfer) -> any BlockSession {
    let resumption = transfer.leftover.map { leftover in
      PlainResumption<FileSink>(
        reading: { try leftover.read(at: $0, count: $1) },
        keep: { sink, count in try sink.keep(first: count) })
    }
    return decompressor.session(
      from: transfer.source, to: transfer.sink, on: transfer.pool, resuming: resumption,
      observer: transfer.observer)
  }

  func outcome(of session: any BlockSession, _ total: Progress) -> Outcome {
    let lost = (session as? SalvageSession)?.report.lost ?? []
    return Outcome(plainBytes: total.plainBytes, archiveBytes: total.archiveBytes, lost: lost)
  }

  /// Every block's hash was checked while it was decoded: what is left to check is that all of it
  /// is on the disk.
  func verification(
    output: Descriptor, input: Descriptor, _ outcome: Outcome, pool: WorkerPool
  ) throws -> Verification? {
    try output.synchronize()
    guard try FileStatus(of: output).size == outcome.plainBytes else {
      throw FileError(output.name, "has not the expected size")
    }
    return nil
  }

  func summary(_ outcome: Outcome, input: String, output: String) -> String {
    "\(input): \(NumberFormat.bytes(outcome.plainBytes))" + (output.isEmpty ? "" : " (\(output))")
  }
}
