/// Bytes that are held until they are taken, as a sink.
package final class HeldBytes: ByteSink {
  private var bytes: [UInt8] = []
  private var taken = 0

  package init() {}

  package var count: Int { bytes.count - taken }

  package func write(_ added: UnsafeRawBufferPointer) {
    if taken == bytes.count { clear() }
    bytes.append(contentsOf: added)
  }

  /// Moves as many bytes as fit into `buffer` and returns how many.
  package func move(to buffer: UnsafeMutableRawBufferPointer) -> Int {
    let moved = min(count, buffer.count)
    guard moved > 0 else { return 0 }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[taken..<taken + moved]))
    }
    taken += moved
    if taken == bytes.count { clear() }
    return moved
  }

  func takeAll() -> [UInt8] {
    defer { clear() }
    return taken == 0 ? bytes : Array(bytes[taken...])
  }

  private func clear() {
    bytes = []
    taken = 0
  }
}
