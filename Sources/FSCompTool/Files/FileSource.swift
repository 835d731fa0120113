import FSComp
import Platform

/// Reads a file, a pipe or a terminal.
package struct FileSource: ByteSource {
  let descriptor: Descriptor

  package init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    // Advice only: it fails on pipes.
    _ = posix_fadvise(descriptor.raw, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
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

  package mutating func waitUntilReadable(for timeout: Duration) throws -> Bool {
    waitForEvents(Int32(POLLIN), on: descriptor, timeout: timeout)
  }
}
