import CKernels

/// Zeroed memory for numbers that kernels read and write, aligned for the widest of them.
package final class AlignedBuffer<Element: FixedWidthInteger>: @unchecked Sendable {
  // @unchecked: whoever shares a buffer between threads no longer writes to it.
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  package init(count: Int) {
    self.count = count
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: Int(FSC_ALIGNMENT))
    pointer = bytes.bindMemory(to: Element.self, capacity: count)
    pointer.initialize(repeating: 0, count: count)
  }

  package convenience init(_ values: [Element]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer {
      if let source = $0.baseAddress { pointer.update(from: source, count: $0.count) }
    }
  }

  deinit { pointer.deallocate() }
}

/// `count` rounded up to whole alignment units of bytes.
package func alignedByteCount(_ count: Int) -> Int {
  (count + Int(FSC_ALIGNMENT) - 1) / Int(FSC_ALIGNMENT) * Int(FSC_ALIGNMENT)
}
