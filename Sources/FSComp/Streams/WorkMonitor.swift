import Synchronization

/// What the owner of a pipeline and the work on its other threads tell each other.
package final class WorkMonitor: Sendable {
  private let cancelled = Atomic(false)
  private let plainBytes = Atomic(0)
  private let archiveBytes = Atomic(0)

  package init() {}

  /// Whether nobody wants the result any more.
  package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
  package func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// How much has been coded, including blocks that are not done.
  package var progress: Progress {
    Progress(
      plainBytes: plainBytes.load(ordering: .relaxed),
      archiveBytes: archiveBytes.load(ordering: .relaxed))
  }

  package func add(_ progress: Progress) {
    plainBytes.add(progress.plainBytes, ordering: .relaxed)
    archiveBytes.add(progress.archiveBytes, ordering: .relaxed)
  }
}

/// Tells a monitor, now and then, how far the work on one block has come.
struct BlockProgress {
  /// Steps between two reports: some milliseconds.
  private static let interval = 64

  private let monitor: WorkMonitor
  private let plainSize: Int
  private let symbolCount: Int
  private var reported = Progress()

  /// - Parameters:
  ///   - plainSize: of the block, in bytes.
  ///   - symbolCount: how many bytes of coded text stand for these, or `plainSize`.
  init(_ monitor: WorkMonitor, plainSize: Int, symbolCount: Int) {
    self.monitor = monitor
    self.plainSize = plainSize
    self.symbolCount = symbolCount
  }

  /// Call after each step. Returns false when the work should end.
  mutating func update(step: Int, lanes: Int, archiveBytes: @autoclosure () -> Int) -> Bool {
    guard step % Self.interval == Self.interval - 1 else { return true }
    let now = Progress(
      plainBytes: (step + 1) * lanes * plainSize / symbolCount, archiveBytes: archiveBytes())
    monitor.add(
      Progress(
        plainBytes: now.plainBytes - reported.plainBytes,
        archiveBytes: now.archiveBytes - reported.archiveBytes))
    reported = now
    return !monitor.isCancelled
  }
}
