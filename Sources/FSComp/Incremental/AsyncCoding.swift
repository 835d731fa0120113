import Platform

/// What becomes of pieces of bytes as they arrive: an archive, or what is in one.
///
/// It reads as it is read, so that a slow reader slows the source down. The work waits on a thread of
/// its own, and cancelling the task ends it.
public struct CodedPieces<Base: AsyncSequence>: AsyncSequence where Base.Element == [UInt8] {
  /// At least one byte.
  public typealias Element = [UInt8]

  fileprivate let base: Base
  fileprivate let makeCoding: () -> any PieceCoding

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(base: base.makeAsyncIterator(), coding: makeCoding())
  }

  /// Codes as it is asked for more.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var base: Base.AsyncIterator
    /// nil once all is done.
    fileprivate var coding: (any PieceCoding)?
    private var isBaseAtEnd = false

    fileprivate init(base: Base.AsyncIterator, coding: any PieceCoding) {
      self.base = base
      self.coding = coding
    }

    /// The next bytes, at least one; nil at the end.
    /// - Throws: `ArchiveError` or, in compression, `OutOfMemoryError`; `CancellationError`; or what
    ///   the base throws, which may be anything.
    public mutating func next() async throws -> [UInt8]? {
      while let coding {
        let piece = isBaseAtEnd ? nil : try await base.next()
        // A sequence may end because of that.
        try Task.checkCancellation()
        isBaseAtEnd = piece == nil
        let coded = try await Self.run(Lent(coding: coding), piece)
        if !coded.isEmpty { return coded }
        if isBaseAtEnd { self.coding = nil }
      }
      return nil
    }

    private static func run(_ lent: Lent, _ piece: [UInt8]?) async throws -> [UInt8] {
      let monitor = WorkMonitor()
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          let work: @Sendable () -> Void = {
            continuation.resume(
              with: Result { try lent.coding.process(piece, goesOn: { !monitor.isCancelled }) })
          }
          if let thread = SystemThread(work) { thread.detach() } else { work() }
        }
      } onCancel: {
        monitor.cancel()
      }
    }
  }
}

/// Hands a coding to another thread, for one call that is waited for.
private struct Lent: @unchecked Sendable {
  let coding: any PieceCoding
}

private protocol PieceCoding {
  /// - Parameter piece: nil: there are no others.
  func process(_ piece: [UInt8]?, goesOn: () -> Bool) throws -> [UInt8]
}

extension IncrementalCoding: PieceCoding {
  fileprivate func process(_ piece: [UInt8]?, goesOn: () -> Bool) throws -> [UInt8] {
    do {
      try (piece ?? []).withUnsafeBytes {
        _ = try process(
          $0, piece == nil ? .ended : .continued, mostOutput: .max,
          whileWaiting: { _ in goesOn() })
      }
    } catch where outputCount > 0 {
      // What is intact before the damage comes first; the error is the same the next time.
    }
    return takeOutput()
  }
}

extension Compressor {
  /// The archive of what a sequence brings, as it comes to be.
  public func compress<Base: AsyncSequence>(_ pieces: Base) -> CodedPieces<Base>
  where Base.Element == [UInt8] {
    CodedPieces(base: pieces) { CompressionStream(self).coding }
  }
}

extension Decompressor {
  /// What is in the archive that a sequence brings, as it is decoded.
  public func decompress<Base: AsyncSequence>(_ pieces: Base) -> CodedPieces<Base>
  where Base.Element == [UInt8] {
    CodedPieces(base: pieces) { DecompressionStream(self).coding }
  }
}
