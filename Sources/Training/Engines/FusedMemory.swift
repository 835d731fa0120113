/// Numbers at a fixed address, aligned for vectors, zero at first: what the kernels work on. Who
/// shares it between threads sees to it that they write to different parts.
final class FusedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    start = memory.bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  func clear() {
    UnsafeMutableRawPointer(start).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
  }

  func copy(from source: UnsafePointer<Element>, count: Int, to index: Int = 0) {
    precondition(index >= 0 && index + count <= self.count)
    (start + index).update(from: source, count: count)
  }
}
