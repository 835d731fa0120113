import FSComp
import Platform

/// Writes to a file, a pipe or a terminal, or to nowhere.
struct FileSink: ByteSink {
  /// Nil: what is written is dropped.
  let descriptor: Descriptor?
  /// Bytes written so far.
  private(set) var byteCount = 0

  init(_ descriptor: Descriptor?) {
    self.descriptor = descriptor
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    byteCount += bytes.count
    guard let descriptor else { return }
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor.raw, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: _ = waitForEvents(Int32(POLLOUT), on: descriptor, timeout: nil)
      case EPIPE: throw ClosedPipe()
      default: throw FileError(descriptor.name)
      }
    }
  }

  mutating func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }
}
