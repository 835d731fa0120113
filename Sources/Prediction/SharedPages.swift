import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Zeroed memory for all the arrays that a step reads, side by side on huge pages where the
/// system has them.
///
/// A model is meant to just fit a core's second cache. On small pages, whose physical addresses
/// are scattered, it does not: some sets of the cache get more lines than they hold.
package final class SharedPages {
  /// The size of a huge page on x86-64 and, with small pages of 4 KiB, on AArch64.
  private static let hugePageSize = 1 << 21

  private let start: UnsafeMutableRawPointer
  private let capacity: Int
  private var used = 0
  private var others: [AlignedBuffer<UInt8>] = []

  package init(byteCount: Int) {
    // Less than half a huge page is not worth a whole one.
    let isLarge = byteCount > Self.hugePageSize / 2
    let unit = isLarge ? Self.hugePageSize : Int(FSC_ALIGNMENT)
    capacity = (max(byteCount, 1) + unit - 1) / unit * unit
    start = .allocate(byteCount: capacity, alignment: unit)
    #if os(Linux)
      // Before anything is written. Where it fails, small pages do as well, only slower.
      if isLarge { _ = madvise(start, capacity, MADV_HUGEPAGE) }
    #endif
    start.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
  }

  deinit { start.deallocate() }

  /// The next `byteCount` bytes, aligned for every kernel. They live as long as this object.
  package func take(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = alignedByteCount(byteCount)
    guard capacity - used >= size else {
      let other = AlignedBuffer<UInt8>(count: byteCount)
      others.append(other)
      return UnsafeMutableRawPointer(other.pointer)
    }
    defer { used += size }
    return start + used
  }
}
