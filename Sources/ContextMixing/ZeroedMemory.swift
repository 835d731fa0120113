#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Zeroed memory, aligned to a cache line, that takes no room before it is written: what the system
/// hands out is zero already.
///
/// Very large tables lie on huge pages where the system has them. They are read and written all over,
/// and on small pages nearly every access would first have to look up where its page is.
struct ZeroedMemory: ~Copyable {
  let base: UnsafeMutableRawPointer
  private let allocation: UnsafeMutableRawPointer
  /// Of a mapping of its own; nil for what came from the heap.
  private let mappedByteCount: Int?

  /// The size of a huge page on x86-64 and, with small pages of 4 KiB, on AArch64.
  private static let hugePageSize = 1 << 21
  /// Below this much, what a huge page more than is needed takes is not worth it.
  private static let leastHuge = 1 << 24

  init(byteCount: Int) {
    if byteCount >= Self.leastHuge, let mapping = Self.map(byteCount + Self.hugePageSize) {
      allocation = mapping
      base = mapping.alignedUp(toMultipleOf: Self.hugePageSize)
      mappedByteCount = byteCount + Self.hugePageSize
      #if os(Linux)
        // Whole huge pages only: what is not needed should not take room either. Where it fails,
        // small pages do as well, only slower.
        _ = madvise(base, byteCount / Self.hugePageSize * Self.hugePageSize, MADV_HUGEPAGE)
      #endif
      return
    }
    mappedByteCount = nil
    if let zeroed = calloc(byteCount + 64, 1) {
      allocation = zeroed
      base = zeroed.alignedUp(toMultipleOf: 64)
    } else {
      // Fails as every allocation in Swift does.
      allocation = .allocate(byteCount: byteCount + 64, alignment: 16)
      base = allocation.alignedUp(toMultipleOf: 64)
      base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
  }

  /// An upper bound of the room that so many bytes take, in bytes.
  static func memory(byteCount: Int) -> Int {
    byteCount + (byteCount >= leastHuge ? hugePageSize : 64)
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let mapping = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return mapping == MAP_FAILED ? nil : mapping
  }

  deinit {
    if let mappedByteCount { munmap(allocation, mappedByteCount) } else { free(allocation) }
  }
}
