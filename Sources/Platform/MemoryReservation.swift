/// Address space that is held for work that is about to begin, so that it is known before, and not
/// in the middle of the work, when the system has none to give.
///
/// The work releases it right before it takes memory itself. A system that promises memory that it
/// has not grants any reservation.
package final class MemoryReservation: @unchecked Sendable {
  // @unchecked: handed from the thread that makes it to the one that releases it.
  private var mapping: UnsafeMutableRawPointer?
  private let byteCount: Int

  /// nil when there is not so much.
  package init?(byteCount: Int) {
    let mapping = mmap(
      nil, max(byteCount, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping, mapping != MAP_FAILED else { return nil }
    self.mapping = mapping
    self.byteCount = max(byteCount, 1)
  }

  deinit { release() }

  package func release() {
    if let mapping { munmap(mapping, byteCount) }
    mapping = nil
  }
}
