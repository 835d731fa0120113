import Dispatch
import Synchronization

/// Runs jobs on worker threads and hands out their results in the order of submission.
///
/// The pipeline belongs to one thread, which submits and collects. It never calls back, so a caller
/// may give up at any point: the end of its life cancels what is under way and waits for the
/// workers to leave. With one thread there are no workers, and `submit` does the work itself.
package struct OrderedPipeline<Job: Sendable, Output: Sendable>: ~Copyable {
  /// Must not block on other jobs; should look at the cancellation every few milliseconds.
  package typealias Work = @Sendable (Job, Cancellation) -> Output

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
    guard threads > 1 else { return }
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
  package var isFull: Bool { inFlight >= (threads > 1 ? threads + 1 : 1) }

  package mutating func submit(_ job: Job) {
    let number = submitted
    submitted += 1
    guard threads > 1 else { return shared.run(job, number: number) }
    shared.state.withLock { $0.jobs.append((number, job)) }
    shared.jobAdded.signal()
  }

  /// The oldest result that was not collected, once it is there; nil when nothing is in flight.
  package mutating func collect() -> Output? {
    guard inFlight > 0 else { return nil }
    while true {
      if let output = collectIfReady() { return output }
      shared.jobFinished.wait()
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
    private let cancellation = Cancellation()
    private let work: Work

    init(work: @escaping Work) { self.work = work }

    func close() {
      cancellation.cancel()
      state.withLock { $0.isClosed = true }
    }

    func run(_ job: Job, number: Int) {
      let output = work(job, cancellation)
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
