/// Zeroed memory from the system, and how to give it back.
@usableFromInline
struct MemoryBlock {
  /// Aligned as the pages ask for.
  @usableFromInline let start: UnsafeMutableRawPointer
  private let allocation: UnsafeMutableRawPointer
  /// Of a mapping of its own; 0 for what came from the heap.
  private let mappedByteCount: Int
  private let ledger: MemoryLedger?
  private let takenByteCount: Int

  @usableFromInline
  init(byteCount: Int, pages: MemoryPages) {
    takenByteCount = byteCount + pages.alignment
    ledger = MemoryLedger.current
    ledger?.add(takenByteCount)
    if pages == .huge, let mapping = Self.map(takenByteCount) {
      allocation = mapping
      start = mapping.alignedUp(toMultipleOf: pages.alignment)
      mappedByteCount = takenByteCount
      #if os(Linux)
        // Whole huge pages only: what is not needed should not take room either. Where it fails,
        // small pages do as well, only slower.
        _ = madvise(start, byteCount / pages.alignment * pages.alignment, MADV_HUGEPAGE)
      #endif
      return
    }
    mappedByteCount = 0
    guard let zeroed = calloc(takenByteCount, 1) else { OutOfMemory.end(byteCount: takenByteCount) }
    allocation = zeroed
    start = zeroed.alignedUp(toMultipleOf: pages.alignment)
  }

  @usableFromInline
  func release() {
    ledger?.add(-takenByteCount)
    if mappedByteCount > 0 {
      munmap(allocation, mappedByteCount)
    } else {
      free(allocation)
    }
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let mapping = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return mapping == MAP_FAILED ? nil : mapping
  }
}
