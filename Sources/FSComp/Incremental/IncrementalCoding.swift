/// The coding of a stream whose bytes are handed over piece by piece, by an owner who also says
/// when to wait.
///
/// For one thread at a time. The end of its life cancels what is under way.
package final class IncrementalCoding<Session: BlockSession> {
  /// What the owner knows of the input behind the bytes that it hands over.
  package enum Input {
    /// There may be more.
    case continued
    /// There may be more, but the output of what there was is wanted now.
    case flushed
    case ended
  }

  package enum State {
    /// All input was read; what it becomes may not be complete.
    case needsInput
    /// The output of all input is there, as far as the stream goes.
    case flushed
    /// There is output to be taken first.
    case hasOutput
    case finished
  }

  /// Called every tenth of a second while there is nothing to do but to wait; false: to give up.
  package typealias GoesOn = (Progress) -> Bool

  private let source: LentBytes
  private let sink: HeldBytes
  private let pool: WorkerPool
  private let session: Session
  /// Submits what the session has read, though there may be more to come.
  private let submitWhatWasRead: (Session) throws -> Submission
  private var isAtEnd = false
  /// The totals, once all is done.
  private var total: Progress?
  /// After an error there is no going on.
  private var failure: (any Error)?

  init(
    threads: Int, submitWhatWasRead: @escaping (Session) throws -> Submission,
    session: (LentBytes, HeldBytes, WorkerPool) -> Session
  ) {
    source = LentBytes()
    sink = HeldBytes()
    pool = WorkerPool(width: threads)
    self.submitWhatWasRead = submitWhatWasRead
    self.session = session(source, sink, pool)
  }

  package var progress: Progress { total ?? session.progress }

  /// How many of all bytes that were handed over were read.
  package var readCount: Int { source.readCount }

  /// Bytes of output to be taken.
  package var outputCount: Int { sink.count }

  package func moveOutput(to buffer: UnsafeMutableRawBufferPointer) -> Int {
    sink.move(to: buffer)
  }

  func takeOutput() -> [UInt8] { sink.takeAll() }

  /// Reads bytes (`readCount` tells how many), and works until all are read, or there is output.
  /// - Parameter mostOutput: this many bytes of output are no reason to stop.
  /// - Returns: where that leads.
  /// - Throws: `CancellationError`; what the session throws, and then always the same.
  package func process(
    _ bytes: UnsafeRawBufferPointer, _ input: Input, mostOutput: Int = 0,
    whileWaiting goesOn: GoesOn
  ) throws -> State {
    if let failure { throw failure }
    do {
      if input == .ended { source.isLast = true }
      return try source.lend(bytes) {
        try work(input, mostOutput: mostOutput, whileWaiting: goesOn)
      }
    } catch {
      failure = error
      throw error
    }
  }

  private func work(
    _ input: Input, mostOutput: Int, whileWaiting goesOn: GoesOn
  ) throws -> State {
    while total == nil {
      try session.writeFinished()
      if sink.count > mostOutput { return .hasOutput }
      if isAtEnd && session.inFlight == 0 {
        total = try session.finish()
        continue
      }
      if !isAtEnd && !pool.isFull {
        switch try submitNext(input) {
        case .submitted: continue
        case .pending: return .needsInput
        case .flushed:
          if session.inFlight == 0 { return .flushed }
        case .atEnd:
          isAtEnd = true
          continue
        case .noRoom: break
        }
      }
      pool.wait(for: .milliseconds(100))
      guard goesOn(progress) else { throw CancellationError() }
    }
    return sink.count > mostOutput ? .hasOutput : .finished
  }

  private enum Step { case submitted, pending, flushed, noRoom, atEnd }

  private func submitNext(_ input: Input) throws -> Step {
    do {
      return switch try session.submitNext(whileWaiting: { false }) {
      case .submitted: .submitted
      case .noRoom: .noRoom
      case .atEnd: .atEnd
      }
    } catch is InputPending {
      guard input == .flushed else { return .pending }
      return try submitWhatWasRead(session) == .submitted ? .submitted : .flushed
    }
  }
}
