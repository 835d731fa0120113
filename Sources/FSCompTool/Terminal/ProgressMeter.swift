import CSystem
import FSComp
import Platform
import Synchronization

/// Shows progress while the main thread works: on the terminal about five times a second once the
/// work has taken half a second, and as a line of its own whenever SIGUSR1 asks.
final class ProgressMeter: Sendable {
  private struct Task {
    var snapshot: ProgressSnapshot
    var start: ContinuousClock.Instant

    func current() -> ProgressSnapshot {
      var snapshot = snapshot
      snapshot.elapsed = .now - start
      return snapshot
    }
  }

  private struct State {
    var task: Task?
    /// Whether SIGUSR1 came between two inputs: the next one answers.
    var isAsked = false
  }

  private let console: Console
  private let isDisplayed: Bool
  private let state = Mutex(State())

  /// - Parameter isDisplayed: whether to keep a line on the terminal up to date.
  init(console: Console, isDisplayed: Bool) {
    self.console = console
    self.isDisplayed = isDisplayed
    startThread()
  }

  func begin(_ snapshot: ProgressSnapshot) {
    state.withLock { state in
      let task = Task(snapshot: snapshot, start: .now)
      state.task = task
      if state.isAsked { answer(task.current()) }
      state.isAsked = false
    }
  }

  func update(_ snapshot: ProgressSnapshot) {
    state.withLock { $0.task?.snapshot = snapshot }
  }

  /// Removes the line. Returns the time since `begin`.
  @discardableResult func end() -> Duration {
    state.withLock { state in
      let elapsed = state.task.map { .now - $0.start } ?? .zero
      state.task = nil
      console.showProgress(nil)
      return elapsed
    }
  }

  private static let interval: Int32 = 200  // milliseconds
  private static let delay = Duration.milliseconds(500)

  /// The thread lives as long as the process.
  private func startThread() {
    // Without the thread there is no progress, which is no reason to fail.
    SystemThread { self.watch() }?.detach()
  }

  private func watch() {
    while true {
      let isAsked = csystem_signals_wait_for_status_request(isDisplayed ? Self.interval : -1)
      state.withLock { state in
        guard let snapshot = state.task?.current() else {
          state.isAsked = state.isAsked || isAsked
          return
        }
        if isAsked { answer(snapshot) }
        if isDisplayed, snapshot.elapsed >= Self.delay {
          // One column stays free: some terminals wrap when the last is written.
          console.showProgress(snapshot.line(width: console.width - 1))
        }
      }
    }
  }

  private func answer(_ snapshot: ProgressSnapshot) {
    console.say(line: "fscomp: " + snapshot.line(width: .max))
  }
}
