import FSComp

/// The salvage of a damaged archive, all at once: it needs to know what came before.
final class SalvageSession: BlockSession {
  private let decompressor: Decompressor
  private let transfer: FileTransfer
  private(set) var report = SalvageReport()

  init(_ decompressor: Decompressor, _ transfer: FileTransfer) {
    self.decompressor = decompressor
    self.transfer = transfer
  }

  let inFlight = 0
  var progress: Progress { Progress(plainBytes: transfer.sink.byteCount) }

  func submitNext(whileWaiting idle: InputBuffer.Idle) throws -> Submission { .atEnd }
  func writeFinished() -> Bool { false }

  func finish() throws -> Progress {
    var (source, sink) = (transfer.source, transfer.sink)
    report = try decompressor.salvage(from: &source, to: &sink)
    return Progress(plainBytes: report.recoveredBytes)
  }
}

/// An archive is decompressed, anything else is passed through as it is: `zcat -f` does so.
final class PassingSession: BlockSession {
  private let transfer: FileTransfer
  private let archives: (FileTransfer) -> any BlockSession
  private var session: (any BlockSession)?
  private var passed = Progress()

  init(_ transfer: FileTransfer, archives: @escaping (FileTransfer) -> any BlockSession) {
    self.transfer = transfer
    self.archives = archives
  }

  func submitNext(whileWaiting idle: InputBuffer.Idle) throws -> Submission {
    let magic = FrameHeader.magic
    if session == nil, try transfer.source.peek(magic.count) == magic {
      session = archives(transfer)
    }
    return try session?.submitNext(whileWaiting: idle) ?? .atEnd
  }

  func writeFinished() throws -> Bool { try session?.writeFinished() ?? false }
  var inFlight: Int { session?.inFlight ?? 0 }
  var progress: Progress { session?.progress ?? passed }

  /// Here, and not before: those before it in the output are written by now.
  func finish() throws -> Progress {
    if let session { return try session.finish() }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try transfer.source.read(into: $0) }
      guard count > 0 else { return passed }
      try buffer.withUnsafeBytes {
        try transfer.sink.write(UnsafeRawBufferPointer(rebasing: $0.prefix(count)))
      }
      passed.plainBytes += count
      passed.archiveBytes += count
    }
  }
}
