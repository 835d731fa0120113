import Dispatch
import Platform
import Synchronization

/// Threads that run jobs, the first submitted first, for any number of pipelines.
///
/// A thread is made when there is a job for it. Where the system makes none, jobs run in `wait`, on
/// the owner's thread: slower, but nothing ever waits for a thread that is not there.
///
/// The pool belongs to one thread, which submits and waits.
package final class WorkerPool {
  package typealias Job = @Sendable () -> Void

  /// The most jobs that run at the same time, at least 1.
  package let width: Int
  private let shared = Shared()
  private var threads: [SystemThread] = []
  /// Whether the system refused to make a thread.
  package private(set) var lacksThreads = false
  /// Jobs whose results have not been collected.
  package private(set) var inFlight = 0
  /// Bytes of memory that these take, as far as their submitters count it.
  package var memoryInFlight = 0

  package init(width: Int) { self.width = max(width, 1) }

  deinit {
    shared.close(workers: threads.count)
    for thread in threads { thread.join() }
  }

  /// Whether a result should be collected before more is submitted: each worker has a job, and one
  /// more waits so that no worker has to.
  package var isFull: Bool { inFlight > width }

  func submit(_ job: @escaping Job) {
    inFlight += 1
    shared.add(job)
    guard threads.count < width, threads.count < inFlight, !lacksThreads else { return }
    let made = SystemThread { [shared] in shared.runWorker() }
    if let made { threads.append(made) } else { lacksThreads = true }
  }

  /// Memory for a job that is to be submitted; nil when there is not so much while others are in
  /// flight.
  /// - Throws: `OutOfMemoryError` if there is not so much at all.
  func reserve(_ byteCount: Int) throws(OutOfMemoryError) -> MemoryReservation? {
    if let reservation = MemoryReservation(byteCount: byteCount) { return reservation }
    guard inFlight > 0 else { throw OutOfMemoryError(needed: byteCount) }
    return nil
  }

  /// The same for a block that is to be decoded.
  /// - Throws: `ArchiveError` about the block, counted from 1, at this offset of the archive.
  func reserve(
    _ byteCount: Int, forBlock block: Int, at offset: Int
  ) throws(ArchiveError) -> MemoryReservation? {
    do {
      return try reserve(byteCount)
    } catch {
      throw ArchiveError(kind: .outOfMemory(needed: error.needed), block: block, offset: offset)
    }
  }

  /// Takes note that this many results were collected, or never will be.
  func collected(_ count: Int) { inFlight -= count }

  /// Waits until a job has ended, which may have been before this call, or the time is up. Runs a
  /// job if there are no threads for that.
  package func wait(for timeout: DispatchTimeInterval? = nil) {
    if threads.isEmpty {
      shared.runNext()
    } else if let timeout {
      _ = shared.jobEnded.wait(timeout: .now() + timeout)
    } else {
      shared.jobEnded.wait()
    }
  }

  /// What the owner and the workers share.
  private final class Shared: Sendable {
    private struct State {
      var jobs: [Job] = []
      var isClosed = false
    }

    private let state = Mutex(State())
    /// Signalled once a job, and once a worker at the end.
    private let jobAdded = DispatchSemaphore(value: 0)
    /// Signalled once a job.
    let jobEnded = DispatchSemaphore(value: 0)

    func add(_ job: @escaping Job) {
      state.withLock { $0.jobs.append(job) }
      jobAdded.signal()
    }

    func close(workers: Int) {
      state.withLock {
        $0.isClosed = true
        $0.jobs = []
      }
      for _ in 0..<workers { jobAdded.signal() }
    }

    /// Returns whether there was one.
    @discardableResult func runNext() -> Bool {
      let job = state.withLock { state in
        state.isClosed || state.jobs.isEmpty ? nil : state.jobs.removeFirst()
      }
      job?()
      jobEnded.signal()
      return job != nil
    }

    func runWorker() {
      while true {
        jobAdded.wait()
        guard runNext() else { return }
      }
    }
  }
}
