import Dispatch

/// Threads that help with one predictor. Between two jobs they spin, as the next is microseconds
/// away.
final class Team: @unchecked Sendable {
  // @unchecked: `job` is written by the leader only, while the helpers wait at the barrier.

  private enum Job {
    case predict(active: Int)
    case update(bytes: UnsafePointer<UInt8>)
    case leave
  }

  private let states: LaneStates
  private let barrier: Barrier
  private let helpers = DispatchGroup()
  private var job = Job.leave

  init(_ states: LaneStates, barrier: Barrier) {
    self.states = states
    self.barrier = barrier
    for member in 1..<states.members {
      // A serial queue of its own gives each helper a thread, however few processors there are.
      DispatchQueue(label: "fscomp.helper.\(member)").async(group: helpers) {
        while self.help(member) {}
      }
    }
  }

  /// Ends the helpers and waits for them to be gone.
  func dismiss() {
    start(.leave)
    helpers.wait()
  }

  func predict(active: Int) {
    start(.predict(active: active))
    states.predict(active: active, member: 0)
  }

  /// - Parameter bytes: is read by the helpers until this returns.
  func update(bytes: UnsafePointer<UInt8>) {
    start(.update(bytes: bytes))
    states.update(bytes: bytes, member: 0)
  }

  private func start(_ job: Job) {
    self.job = job
    barrier.wait()
  }

  /// One job of a helper. Returns whether there will be another.
  private func help(_ member: Int) -> Bool {
    barrier.wait()
    switch job {
    case .predict(let active): states.predict(active: active, member: member)
    case .update(let bytes): states.update(bytes: bytes, member: member)
    case .leave: return false
    }
    return true
  }
}
