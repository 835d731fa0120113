import Synchronization

/// Runs jobs on the workers of a pool and hands out their results in the order of submission.
///
/// The pipeline belongs to the thread that owns the pool, which submits and collects. It never
/// calls back, so a caller may give up at any point: the end of its life cancels what is under way,
/// and what has not begun never will.
package struct OrderedPipeline<Job: Sendable, Output: Sendable>: ~Copyable {
  /// Must not block on other jobs; should look every few milliseconds whether it is cancelled.
  package typealias Work = @Sendable (Job, WorkMonitor) -> Output

  private let pool: WorkerPool
  private let shared: Shared
  private var submitted = 0
  private var collected = 0

  package init(pool: WorkerPool, work: @escaping Work) {
    self.pool = pool
    shared = Shared(work: work)
  }

  /// With workers of its own, which are gone when the pipeline is.
  /// - Parameter threads: at least 1.
  package init(threads: Int, work: @escaping Work) {
    self.init(pool: WorkerPool(width: threads), work: work)
  }

  deinit {
    shared.monitor.cancel()
    pool.collected(submitted - collected)
  }

  /// Jobs whose results have not been collected.
  package var inFlight: Int { submitted - collected }

  /// See `WorkerPool.isFull`.
  package var isFull: Bool { pool.isFull }

  package mutating func submit(_ job: Job) {
    let number = submitted
    submitted += 1
    pool.submit { [shared] in shared.run(job, number: number) }
  }

  /// How far the work has come, including jobs that are not done.
  package var progress: Progress { shared.monitor.progress }

  /// The oldest result that was not collected, once it is there; nil when nothing is in flight.
  /// - Parameter idle: called every tenth of a second meanwhile, with the progress.
  package mutating func collect(whileWaiting idle: ((Progress) -> Void)? = nil) -> Output? {
    guard inFlight > 0 else { return nil }
    while true {
      if let output = collectIfReady() { return output }
      pool.wait(for: idle == nil ? nil : .milliseconds(100))
      idle?(progress)
    }
  }

  /// The oldest result that was not collected, if it is there already.
  package mutating func collectIfReady() -> Output? {
    let output = shared.outputs.withLock { $0.removeValue(forKey: collected) }
    if output != nil {
      collected += 1
      pool.collected(1)
    }
    return output
  }
}

extension OrderedPipeline {
  /// What the owner and the workers share.
  private final class Shared: Sendable {
    let outputs = Mutex<[Int: Output]>([:])
    let monitor = WorkMonitor()
    private let work: Work

    init(work: @escaping Work) { self.work = work }

    func run(_ job: Job, number: Int) {
      if monitor.isCancelled { return }
      let output = work(job, monitor)
      outputs.withLock { $0[number] = output }
    }
  }
}
