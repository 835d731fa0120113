/// How threads are put to work: several blocks at a time, and several threads on each.
///
/// Two threads on a block halve the weights that each processor's cache has to hold, which makes
/// them more than twice as fast as one where the weights do not fit, and they are of use when there
/// is but one block. More than two spend too much time waiting for each other.
struct ThreadPlan: Equatable {
  /// Blocks that are worked on at the same time.
  let workers: Int
  /// Threads that share the work on one block.
  let threadsPerBlock: Int

  /// - Parameter threads: at least 1.
  init(threads: Int) {
    workers = max(1, threads / 2)
    threadsPerBlock = threads / workers
  }
}
