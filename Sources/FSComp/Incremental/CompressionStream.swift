/// Compresses a stream that is handed over piece by piece, where `Compressor` would read one.
///
/// The archive is the same as the compressor's, unless blocks are ended early by `flush`. For one
/// thread at a time; the end of its life cancels what is under way.
public final class CompressionStream {
  package typealias Session = CompressionSession<LentBytes, HeldBytes>

  package let coding: IncrementalCoding<Session>

  public init(_ compressor: Compressor) {
    coding = IncrementalCoding(
      threads: compressor.threads, submitWhatWasRead: { try $0.submitWhatWasRead() }
    ) { source, sink, pool in
      compressor.session(from: source, to: sink, on: pool)
    }
  }

  /// What was compressed, and what became of it.
  public var progress: Progress { coding.progress }

  /// Takes bytes behind those before.
  /// - Returns: what is done of the archive meanwhile, which may be nothing.
  public func append(_ bytes: RawSpan) throws -> [UInt8] {
    try coding.processAll(bytes, .continued)
  }

  public func append(_ bytes: [UInt8]) throws -> [UInt8] { try append(bytes.span.bytes) }

  /// Ends the block, so that all bytes before can be decompressed. Blocks that end early compress
  /// less well.
  /// - Returns: the archive behind what was returned before.
  public func flush() throws -> [UInt8] {
    try coding.processAll(RawSpan(), .flushed)
  }

  /// Ends the archive. Nothing can be appended any more.
  /// - Returns: the rest of it.
  public func finish() throws -> [UInt8] {
    try coding.processAll(RawSpan(), .ended)
  }
}

extension IncrementalCoding {
  /// Reads all of the bytes and takes what output there is.
  func processAll(_ bytes: RawSpan, _ input: Input) throws -> [UInt8] {
    try bytes.withUnsafeBytes { bytes in
      _ = try process(bytes, input, mostOutput: .max, whileWaiting: { _ in true })
      return takeOutput()
    }
  }
}
