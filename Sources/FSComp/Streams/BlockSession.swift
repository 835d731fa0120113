/// The coding of one stream, block by block, on the workers of a pool that it may share with
/// others.
///
/// Its owner has blocks submitted while the pool has room for them, waits for the pool, and has
/// what is done written. What is written does not depend on when.
package protocol BlockSession: AnyObject {
  /// Reads on until there is one more block to work on, and submits it.
  func submitNext(whileWaiting idle: InputBuffer.Idle) throws -> Submission

  /// Writes the blocks that are done, as far as those before them are. Returns whether others are
  /// in flight.
  @discardableResult func writeFinished() throws -> Bool

  /// Blocks that were submitted and not written.
  var inFlight: Int { get }

  /// What is written, and what is coded, if that is more.
  var progress: Progress { get }

  /// Ends the output, once all was submitted and written.
  /// - Returns: the totals.
  func finish() throws -> Progress
}

/// Takes note of a block whose bytes are where they belong: each once, in their order, those that an
/// earlier run has left as well.
package typealias BlockObserver = (BlockHeader) -> Void

package enum Submission {
  case submitted
  /// There is no memory for the next block while others are in flight.
  case noRoom
  /// There is no other block.
  case atEnd
}

extension BlockSession {
  /// Does all of it, with the pool for itself.
  func run(on pool: WorkerPool, progress report: ((Progress) -> Void)?) throws -> Progress {
    var isAtEnd = false
    while true {
      try writeFinished()
      if isAtEnd && inFlight == 0 { return try finish() }
      if !isAtEnd && !pool.isFull {
        switch try submitNext(whileWaiting: { try self.writeFinished() }) {
        case .submitted: continue
        case .atEnd:
          isAtEnd = true
          continue
        case .noRoom: break
        }
      }
      pool.wait(for: report == nil ? nil : .milliseconds(100))
      report?(progress)
    }
  }
}
