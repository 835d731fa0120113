import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a fixed number of threads wait for each other, again and again, for microseconds at most:
/// so they spin, and only when that takes long do they let others have the processor.
final class Barrier: Sendable {
  /// Some tens of microseconds.
  private static let spins = 1000

  private let size: Int
  private let arrived = Atomic(0)
  private let round = Atomic(0)

  init(size: Int) { self.size = size }

  /// Returns when all have arrived. What any of them wrote before, all can read after.
  func wait() {
    let current = round.load(ordering: .relaxed)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == size {
      arrived.store(0, ordering: .relaxed)
      round.store(current + 1, ordering: .releasing)
      return
    }
    var spins = 0
    while round.load(ordering: .acquiring) == current {
      spins += 1
      if spins < Self.spins { fsc_spin_hint() } else { sched_yield() }
    }
  }
}
