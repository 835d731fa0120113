/// Decompresses an archive that is handed over piece by piece, where `Decompressor` would read one.
///
/// For one thread at a time; the end of its life cancels what is under way.
public final class DecompressionStream {
  package typealias Session = DecompressionSession<LentBytes, HeldBytes>

  package let coding: IncrementalCoding<Session>

  /// As the decompressor would.
  public init(_ decompressor: Decompressor) {
    coding = IncrementalCoding(
      threads: decompressor.options.threads, submitWhatWasRead: { _ in .atEnd }
    ) { source, sink, pool in
      decompressor.session(from: source, to: sink, on: pool)
    }
  }

  /// What was decompressed, and of how much.
  public var progress: Progress { coding.progress }

  /// Takes bytes of the archive behind those before.
  /// - Returns: what is decompressed meanwhile, which may be nothing.
  /// - Throws: `ArchiveError`. Everything before the damage has been returned, or is by
  ///   `intactRest`.
  public func append(_ bytes: RawSpan) throws(ArchiveError) -> [UInt8] {
    try coding.processAll(bytes, .continued, failing: ArchiveError.self)
  }

  /// The same of an array.
  /// - Throws: `ArchiveError`.
  public func append(_ bytes: [UInt8]) throws(ArchiveError) -> [UInt8] {
    try append(bytes.span.bytes)
  }

  /// Waits for all blocks that have been appended completely.
  /// - Returns: the plain bytes behind those returned before.
  /// - Throws: `ArchiveError`.
  public func flush() throws(ArchiveError) -> [UInt8] {
    try coding.processAll(RawSpan(), .flushed, failing: ArchiveError.self)
  }

  /// Ends the archive. Nothing can be appended any more.
  /// - Returns: the rest of the plain bytes.
  /// - Throws: `ArchiveError`.
  public func finish() throws(ArchiveError) -> [UInt8] {
    try coding.processAll(RawSpan(), .ended, failing: ArchiveError.self)
  }

  /// After an error: what was intact before it and has not been returned.
  public func intactRest() -> [UInt8] { coding.takeOutput() }
}
