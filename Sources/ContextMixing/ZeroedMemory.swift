import Glibc

/// Zeroed memory, aligned to a cache line, that takes no room before it is written: what the system
/// hands out is zero already.
struct ZeroedMemory: ~Copyable {
  let base: UnsafeMutableRawPointer
  private let allocation: UnsafeMutableRawPointer

  init(byteCount: Int) {
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

  deinit { free(allocation) }
}
