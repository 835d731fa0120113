import Dispatch
import Platform
import Synchronization

/// A child that has been started and not yet collected. Killing it is safe from any thread and at
/// any time: once it has been collected, its number may belong to somebody else, and nothing is
/// sent.
final class RunningChild: Sendable {
  private struct State {
    var collected = false
    var killedAs: ChildTermination?
  }

  private let identifier: pid_t
  private let state = Mutex(State())

  init(_ identifier: pid_t) { self.identifier = identifier }

  /// Kills the child's process group and remembers why; the first reason stays.
  func kill(as reason: ChildTermination) {
    state.withLock { state in
      guard !state.collected, state.killedAs == nil else { return }
      state.killedAs = reason
      Glibc.kill(-identifier, SIGKILL)
    }
  }

  /// Arranges for the child to be killed once `limit` has passed.
  func killed(after limit: Duration) -> DispatchWorkItem {
    let item = DispatchWorkItem { self.kill(as: .timedOut) }
    let nanoseconds = max(0, limit / .nanoseconds(1))
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .nanoseconds(Int(min(nanoseconds, 1e18))), execute: item)
    return item
  }

  /// Blocks until the child ends. To be called once.
  /// - Parameter start: when the child was started, in ``MonotonicClock`` seconds.
  func wait(since start: Double) -> ChildResult {
    // First wait without collecting, so that the number stays ours until the lock is held.
    var information = siginfo_t()
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    let seconds = MonotonicClock.now() - start

    var status: Int32 = 0
    var usage = rusage()
    let killedAs = state.withLock { state in
      while wait4(identifier, &status, 0, &usage) == -1, errno == EINTR {}
      state.collected = true
      return state.killedAs
    }
    let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    let cost = RunCost(
      seconds: seconds, userSeconds: user, peakMemory: usage.ru_maxrss << 10)
    return ChildResult(termination: termination(status, killedAs), cost: cost)
  }

  private func termination(_ status: Int32, _ killedAs: ChildTermination?) -> ChildTermination {
    let signal = status & 0x7f
    if signal == 0 { return .exited(status >> 8 & 0xff) }
    // It may have ended by itself in the moment before it was killed.
    if signal == SIGKILL, let killedAs { return killedAs }
    return .signaled(signal)
  }
}
