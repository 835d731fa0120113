/// Compresses a stream that is handed over piece by piece, where `Compressor` would read one.
///
/// The archive is the same as the compressor's, unless blocks are ended early by `flush`. For one
/// thread at a time; the end of its life cancels what is under way.
public final class CompressionStream {
  package typealias Session = CompressionSession<LentBytes, HeldBytes>

  package let coding: IncrementalCoding<Session>

  /// As the compressor would.
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
  /// - Throws: `OutOfMemoryError`, and then always the same.
  public func append(_ bytes: RawSpan) throws(OutOfMemoryError) -> [UInt8] {
    try coding.processAll(bytes, .continued, failing: OutOfMemoryError.self)
  }

  /// The same of an array.
  /// - Throws: `OutOfMemoryError`.
  public func append(_ bytes: [UInt8]) throws(OutOfMemoryError) -> [UInt8] {
    try append(bytes.span.bytes)
  }

  /// Ends the block, so that all bytes before can be decompressed. Blocks that end early compress
  /// less well.
  /// - Returns: the archive behind what was returned before.
  /// - Throws: `OutOfMemoryError`.
  public func flush() throws(OutOfMemoryError) -> [UInt8] {
    try coding.processAll(RawSpan(), .flushed, failing: OutOfMemoryError.self)
  }

  /// Ends the archive. Nothing can be appended any more.
  /// - Returns: the rest of it.
  /// - Throws: `OutOfMemoryError`.
  public func finish() throws(OutOfMemoryError) -> [UInt8] {
    try coding.processAll(RawSpan(), .ended, failing: OutOfMemoryError.self)
  }
}

extension IncrementalCoding {
  /// Reads all of the bytes and takes what output there is.
  /// - Parameter failing: what the session throws: its source and sink, which are in memory, throw
  ///   nothing, and nobody cancels.
  func processAll<Failure: Error>(
    _ bytes: RawSpan, _ input: Input, failing: Failure.Type
  ) throws(Failure) -> [UInt8] {
    do {
      try bytes.withUnsafeBytes { bytes in
        _ = try process(bytes, input, mostOutput: .max, whileWaiting: { _ in true })
      }
    } catch let error as Failure {
      throw error
    } catch {
      // Not for any input: whoever makes a session that throws something else has to see it.
      fatalError("a stream in memory failed: \(error)")
    }
    return takeOutput()
  }
}
