/// Zeroed memory from the system, and how to give it back.
@usableFromInline
enum MemoryBlock {
  /// What has to be known to give memory back; it lies directly before the memory.
  private struct Header {
    var allocation: UnsafeMutableRawPointer
    /// All that was taken, from `allocation` on.
    var byteCount: Int
    /// Whether it is a mapping of its own, or from the heap.
    var isMapped: Bool
    var ledger: MemoryLedger?
  }

  /// - Returns: memory that is aligned as the pages ask for.
  @usableFromInline
  static func allocate(byteCount: Int, pages: MemoryPages) -> UnsafeMutableRawPointer {
    let taken = byteCount + pages.overhead
    let mapping = pages == .huge ? map(taken) : nil
    guard let allocation = mapping ?? calloc(taken, 1) else {
      OutOfMemory.end(byteCount: taken)
    }
    let start = (allocation + MemoryLayout<Header>.size)
      .alignedUp(toMultipleOf: pages.alignment)
    #if os(Linux)
      if pages == .huge {
        // Whole huge pages only: what is not needed should not take room either. Where it fails,
        // small pages do as well, only slower.
        _ = madvise(start, byteCount / pages.alignment * pages.alignment, MADV_HUGEPAGE)
      }
    #endif
    let ledger = MemoryLedger.current
    ledger?.add(taken)
    header(of: start).initialize(
      to: Header(
        allocation: allocation, byteCount: taken, isMapped: mapping != nil, ledger: ledger))
    return start
  }

  /// - Parameter start: what `allocate` returned.
  @usableFromInline
  static func deallocate(_ start: UnsafeMutableRawPointer) {
    let header = header(of: start).move()
    header.ledger?.add(-header.byteCount)
    if header.isMapped {
      munmap(header.allocation, header.byteCount)
    } else {
      free(header.allocation)
    }
  }

  private static func header(of start: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Header> {
    (start - MemoryLayout<Header>.stride).assumingMemoryBound(to: Header.self)
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let mapping = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return mapping == MAP_FAILED ? nil : mapping
  }
}
