import Synchronization

/// Counts the memory that buffers take, for those who ask: tests hold estimates to it.
package final class MemoryLedger: Sendable {
  /// The ledger of the code that runs in a `withValue`; nil where nobody counts.
  @TaskLocal package static var current: MemoryLedger?

  private let bytes = Atomic(0)

  package init() {}

  /// Of the buffers that were made under this ledger and are still there.
  package var byteCount: Int { bytes.load(ordering: .relaxed) }

  func add(_ count: Int) { bytes.add(count, ordering: .relaxed) }
}
