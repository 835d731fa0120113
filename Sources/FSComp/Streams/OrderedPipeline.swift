import Dispatch
import Synchronization

/// Runs jobs on worker threads and hands out their results in the order of submission.
///
/// The pipeline belongs to one thread, which submits and collects. It never calls back, so a caller
/// may give up at any point: the end of its life cancels what is under way and waits for the
/// workers to leave.
package struct OrderedPipeline<Job: Sendable, Output: Sendable>: ~Copyable {
  /// Must not block on other jobs; should look every few milliseconds whether it is cancelled.
  package typealias Work = @Sendable (Job, WorkMonitor) -> Output

  private let shared: Shared
  private let workers = DispatchGroup()
  private let threads: Int
  private var submitted = 0
  private var collected = 0

  /// - Parameter threads: at least 1.
  package init(threads: Int, work: @escaping Work) {
    let shared = Shared(work: work)
    self.shared = shared
    self.threads = threads
    for number in 1...threads {
      // A serial queue of its own gives each worker a thread, however few processors there are.
      DispatchQueue(label: "fscomp.worker.\(number)").async(group: workers) {
        shared.runWorker()
      }
    }
  }

  deinit {
    shared.close()
    for _ in 0..<threads { shared.jobAdded.signal() }
    workers.wait()
  }

  /// Jobs whose results have not been collected.
  package var inFlight: Int { submitted - collected }

  /// Whether a result should be collected before more is submitted: each worker has a job, and one
  /// more waits so that no worker has to.
  package var isFull: Bool { inFlight > threads }

  package mutating func submit(_ job: Job) {
    let number = submitted
    submitted += 1
    shared.state.withLock { $0.jobs.append((number, job)) }
    shared.jobAdded.signal()
  }

  /// How far the work has come, including jobs that are not done.
  package var progress: Progress { shared.monitor.progress }

  /// The oldest result that was not collected, once it is there; nil when nothing is in flight.
  /// - Parameter idle: called every tenth of a second meanwhile, with the progress.
  package mutating func collect(whileWaiting idle: ((Progress) -> Void)? = nil) -> Output? {
    guard inFlight > 0 else { return nil }
    while true {
      if let output = collectIfReady() { return output }
      if let idle {
        if shared.jobFinished.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
          idle(progress)
        }
      } else {
        shared.jobFinished.wait()
      }
    }
  }

  /// The oldest result that was not collected, if it is there already.
  package mutating func collectIfReady() -> Output? {
    let output = shared.state.withLock { $0.outputs.removeValue(forKey: collected) }
    if output != nil { collected += 1 }
    return output
  }
}

extension OrderedPipeline {
  /// What the owner and the workers share.
  private final class Shared: Sendable {
    struct State {
      var jobs: [(number: Int, job: Job)] = []
      var outputs: [Int: Output] = [:]
      var isClosed = false
    }

    let state = Mutex(State())
    /// Signalled once a job, and once a worker at the end.
    let jobAdded = DispatchSemaphore(value: 0)
    /// Signalled once a result, which may have been collected by then.
    let jobFinished = DispatchSemaphore(value: 0)
    let monitor = WorkMonitor()
    private let work: Work

    init(work: @escaping Work) { self.work = work }

    func close() {
      monitor.cancel()
      state.withLock { $0.isClosed = true }
    }

    func run(_ job: Job, number: Int) {
      let output = work(job, monitor)
      state.withLock { $0.outputs[number] = output }
      jobFinished.signal()
    }

    func runWorker() {
      while true {
        jobAdded.wait()
        let next = state.withLock { state in
          state.isClosed || state.jobs.isEmpty ? nil : state.jobs.removeFirst()
        }
        guard let next else { return }
        run(next.job, number: next.number)
      }
    }
  }
}
