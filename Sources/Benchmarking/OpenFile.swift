import Platform

/// An open file that closes itself.
///
/// Everything here moves bytes through small buffers and never loads a file: what this process
/// holds in memory shows up in the peak memory of the programs it starts (see ``ChildProcess``).
package struct OpenFile: ~Copyable {
  static let bufferSize = 256 << 10

  package let descriptor: Int32
  package let path: String

  package init(reading path: String) throws(SystemError) {
    try self.init(path, flags: O_RDONLY, verb: "open")
  }

  /// Creates the file or empties it.
  package init(writing path: String) throws(SystemError) {
    try self.init(path, flags: O_WRONLY | O_CREAT | O_TRUNC, verb: "create")
  }

  private init(_ path: String, flags: Int32, verb: String) throws(SystemError) {
    let opened = open(path, flags | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw SystemError(verb, path) }
    descriptor = opened
    self.path = path
  }

  deinit { close(descriptor) }

  /// Size in bytes of the open file.
  package func size() throws(SystemError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError("examine", path) }
    return Int(status.st_size)
  }

  /// Reads until `buffer` is full or the file ends; returns the number of bytes read.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = Glibc.read(
        descriptor, buffer.baseAddress! + filled, buffer.count - filled)
      if count == 0 { break }
      if count > 0 {
        filled += count
      } else if errno != EINTR {
        throw SystemError("read", path)
      }
    }
    return filled
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw SystemError("write", path)
      }
    }
  }
}
