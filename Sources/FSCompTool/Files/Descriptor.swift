import Platform

/// An open file, closed when the last reference goes.
package final class Descriptor {
  let raw: Int32
  /// For messages.
  let name: String
  private let isOwned: Bool
  private var isOpen = true

  /// Takes over `raw`, which the system has just returned.
  init(owning raw: Int32, name: some CustomStringConvertible) {
    self.raw = raw
    self.name = name.description
    isOwned = true
  }

  /// One that somebody else closes.
  static func borrowed(_ raw: Int32, name: String) -> Descriptor {
    Descriptor(standard: raw, name: name)
  }

  private init(standard raw: Int32, name: String) {
    self.raw = raw
    self.name = name
    isOwned = false
  }

  static var standardInput: Descriptor { Descriptor(standard: STDIN_FILENO, name: "(stdin)") }
  static var standardOutput: Descriptor { Descriptor(standard: STDOUT_FILENO, name: "(stdout)") }

  /// Opens an existing file. Never makes a terminal the controlling one.
  package convenience init(opening path: Path, _ access: Int32) throws(FileError) {
    let raw = path.withCString { path in
      retryingInterrupted { open(path, access | O_CLOEXEC | O_NOCTTY) }
    }
    guard raw >= 0 else { throw FileError(path) }
    self.init(owning: raw, name: path)
  }

  var isTerminal: Bool { isatty(raw) == 1 }

  /// Closes the file and says whether all that was written has arrived, which some network file
  /// systems only know now.
  func close() throws(FileError) {
    guard isOwned, isOpen else { return }
    isOpen = false
    // After EINTR the descriptor is gone on Linux: closing again could close another file.
    guard Glibc.close(raw) == 0 || errno == EINTR else { throw FileError(name) }
  }

  /// Waits until everything written is on the disk, where there is such a thing.
  func synchronize() throws(FileError) {
    guard retryingInterrupted({ fsync(raw) }) == 0 || errno == EINVAL else {
      throw FileError(name)
    }
  }

  /// Gives the file this length.
  func truncate(to byteCount: Int) throws(FileError) {
    guard retryingInterrupted({ ftruncate(raw, off_t(byteCount)) }) == 0 else {
      throw FileError(name)
    }
  }

  /// Bytes at an offset, wherever the file stands; fewer at its end.
  func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let read = retryingInterrupted {
        bytes.withUnsafeMutableBytes {
          pread(raw, $0.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
        }
      }
      guard read >= 0 else { throw FileError(name) }
      if read == 0 { break }
      filled += read
    }
    return filled == count ? bytes : Array(bytes.prefix(filled))
  }

  deinit {
    if isOwned, isOpen { _ = Glibc.close(raw) }
  }
}

/// Repeats a system call that a signal handler interrupted.
func retryingInterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

/// Waits for `events` on a descriptor, at most so long (nil: for ever). False if time ran out.
/// An error on the descriptor counts as an event: the next call on it will name it.
func waitForEvents(_ events: Int32, on descriptor: Descriptor, timeout: Duration?) -> Bool {
  let deadline = timeout.map { ContinuousClock.now + $0 }
  while true {
    var milliseconds: Int32 = -1
    if let deadline {
      let left = max(.zero, deadline - .now).components
      let (rounded, overflow) = left.seconds.multipliedReportingOverflow(by: 1000)
      // Rounded up, so that a wait is never a busy loop.
      let total = rounded &+ (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
      milliseconds = overflow ? .max : Int32(clamping: total)
    }
    var request = pollfd(fd: descriptor.raw, events: Int16(truncatingIfNeeded: events), revents: 0)
    let result = poll(&request, 1, milliseconds)
    if result > 0 { return true }
    if result == 0 {
      if let deadline, deadline > .now { continue }
      return false
    }
    if errno != EINTR { return true }
  }
}
