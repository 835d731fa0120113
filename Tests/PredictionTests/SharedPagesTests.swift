import CKernels
import Prediction
import Testing

@Suite("Memory shared by a network's arrays")
struct SharedPagesTests {
  @Test(
    "parts are zeroed, aligned and apart, whether or not they fit",
    arguments: [0, 1000, 3 << 20])
  func parts(capacity: Int) {
    let memory = SharedPages(byteCount: capacity)
    var parts: [UnsafeMutableRawBufferPointer] = []
    for size in [1, 64, 65, 1000, 1 << 20, 2 << 20, 3] {
      let part = UnsafeMutableRawBufferPointer(
        start: memory.take(byteCount: size), count: size)
      #expect(UInt(bitPattern: part.baseAddress) % UInt(FSC_ALIGNMENT) == 0)
      #expect(part.allSatisfy { $0 == 0 })
      part.initializeMemory(as: UInt8.self, repeating: UInt8(parts.count + 1))
      parts.append(part)
    }
    for (index, part) in parts.enumerated() {
      #expect(part.allSatisfy { $0 == UInt8(index + 1) })
    }
    withExtendedLifetime(memory) {}
  }
}
