import CKernels
import Platform

/// Zeroed memory for all the arrays that a step reads, side by side on huge pages where the
/// system has them.
///
/// A model is meant to just fit a core's second cache. On small pages, whose physical addresses
/// are scattered, it does not: some sets of the cache get more lines than they hold.
package final class SharedPages {
  private let memory: OwnedBuffer<UInt8>
  private var used = 0
  private var others: [SharedBuffer<UInt8>] = []

  package init(byteCount: Int) {
    // Less than half a huge page is not worth a whole one.
    let pages = byteCount > MemoryPages.huge.alignment / 2 ? MemoryPages.huge : .small
    let whole = (byteCount + pages.alignment - 1) / pages.alignment * pages.alignment
    memory = OwnedBuffer(BufferSize(whole, pages: pages))
  }

  /// The next `byteCount` bytes, aligned for every kernel. They live as long as this object.
  package func take(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = alignedByteCount(byteCount)
    guard memory.count - used >= size else {
      let other = SharedBuffer<UInt8>(count: byteCount)
      others.append(other)
      return UnsafeMutableRawPointer(other.base)
    }
    defer { used += size }
    return UnsafeMutableRawPointer(memory.base + used)
  }
}

/// `count` rounded up to whole alignment units of bytes.
package func alignedByteCount(_ count: Int) -> Int {
  (count + Int(FSC_ALIGNMENT) - 1) / Int(FSC_ALIGNMENT) * Int(FSC_ALIGNMENT)
}
