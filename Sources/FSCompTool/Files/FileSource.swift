import FSComp
import Platform

/// Reads a file, a pipe or a terminal.
package final class FileSource: ByteSource {
  let descriptor: Descriptor
  /// The first bytes, as far as they were read.
  private(set) var head: [UInt8] = []
  /// Looked at, and not read yet.
  private var ahead: [UInt8] = []

  private static let headLength = 16

  package init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    // Advice only: it fails on pipes.
    _ = posix_fadvise(descriptor.raw, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard ahead.isEmpty else {
      let count = min(buffer.count, ahead.count)
      buffer.copyBytes(from: ahead.prefix(count))
      ahead.removeFirst(count)
      return count
    }
    let count = try readOn(into: buffer)
    if head.count < Self.headLength {
      head += buffer.prefix(min(count, Self.headLength - head.count))
    }
    return count
  }

  /// The next bytes, which stay to be read; fewer at the end of the input.
  func peek(_ count: Int) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    while ahead.count < count {
      let read = try buffer.withUnsafeMutableBytes {
        try readOn(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(count - ahead.count)))
      }
      guard read > 0 else { break }
      ahead += buffer.prefix(read)
    }
    if head.isEmpty { head = Array(ahead.prefix(Self.headLength)) }
    return ahead
  }

  package func waitUntilReadable(for timeout: Duration) throws -> Bool {
    !ahead.isEmpty || waitForEvents(Int32(POLLIN), on: descriptor, timeout: timeout)
  }

  private func readOn(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor.raw, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      // Whoever shares the pipe may have made it non-blocking.
      case EAGAIN: _ = waitForEvents(Int32(POLLIN), on: descriptor, timeout: nil)
      default: throw FileError(descriptor.name)
      }
    }
  }
}
