import CKernels

/// A network in L lanes: predicts the next byte of each, then is told what it was.
///
///     h1, c1 = F1(state F of the last step; byte)        hS, cS = S(own state; h1)
///     h2, c2 = F2(h1, c1; hS)                            hi, ci = Fi(h(i-1), c(i-1))
///     logits = Wo hk + bo
///
/// Before the first byte all state is zero, so that the first byte is predicted from `bo`.
/// (FS-RNN: Mujika, Meier, Steger 2017, section 3.)
package struct Predictor: ~Copyable {
  package let lanes: Int
  private let states: LaneStates
  /// nil when this thread works alone.
  private let team: Team?

  /// - Parameters:
  ///   - lanes: at least 1.
  ///   - threads: how many share the work, the caller's included; at least 1. Never changes a
  ///     prediction.
  package init(model: Model, lanes: Int, threads: Int = 1) {
    let barrier = Barrier(size: threads)
    self.lanes = lanes
    states = LaneStates(network: model.network, lanes: lanes, members: threads, barrier: barrier)
    team = threads > 1 ? Team(states, barrier: barrier) : nil
  }

  deinit { team?.dismiss() }

  /// The memory that the state of so many lanes takes, in bytes.
  package static func byteCount(model: Model, lanes: Int) -> Int {
    lanes * LaneStateLayout(model.shape).byteCount
  }

  /// Makes the frequency trees of the first `active` lanes from their hidden states.
  package mutating func predict(active: Int) {
    if let team {
      team.predict(active: active)
    } else {
      states.predict(active: active, member: 0)
    }
  }

  /// The frequencies of a lane's next byte, as a tree of 512: `tree[256 + b]` >= 1 is that of byte
  /// b, and `tree[j] = tree[2j] + tree[2j + 1]` for j in 1...255. Valid until the next `predict`.
  package borrowing func tree(lane: Int) -> UnsafePointer<UInt32> {
    UnsafePointer(states.trees.pointer + lane * 512)
  }

  /// The logits of a lane, 256 in Q7 of base-2 logarithms. Valid until the next `predict`.
  package borrowing func logits(lane: Int) -> UnsafePointer<Int16> {
    UnsafePointer(states.logits.pointer + lane * 256)
  }

  /// Steps every lane on by its byte; `bytes` has one for each.
  package mutating func update(bytes: UnsafePointer<UInt8>) {
    if let team {
      team.update(bytes: bytes)
    } else {
      states.update(bytes: bytes, member: 0)
    }
  }
}
