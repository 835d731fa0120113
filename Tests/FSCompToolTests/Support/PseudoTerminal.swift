import Platform
import Synchronization

/// A terminal for a child process, and what appears on it.
final class PseudoTerminal: Sendable {
  /// The end of the child process.
  let terminal: Int32
  private let controller: Int32
  private let shown = Mutex<[UInt8]>([])

  /// - Parameter columns: its width.
  init(columns: UInt16 = 80) throws {
    // The numbers of TIOCSPTLCK and TIOCGPTN, which are macros Swift does not import.
    let unlock: UInt = 0x4004_5431
    let number: UInt = 0x8004_5430
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    var (locked, index): (Int32, Int32) = (0, 0)
    guard controller >= 0, ioctl(controller, unlock, &locked) == 0,
      ioctl(controller, number, &index) == 0
    else { throw TestFailure("no pseudo-terminal: \(errno)") }
    terminal = open("/dev/pts/\(index)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard terminal >= 0, ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0 else {
      throw TestFailure("no pseudo-terminal: \(errno)")
    }
  }

  /// Everything written to the terminal so far, control characters and all.
  var text: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    return shown.withLock { shown in
      while case let count = read(controller, &buffer, buffer.count), count > 0 {
        shown += buffer[..<count]
      }
      return String(decoding: shown, as: UTF8.self)
    }
  }

  /// What a reader sees in the end: lines as they are after erasures.
  var screen: [String] {
    text.split(separator: "\r\n", omittingEmptySubsequences: true).map { line in
      let last = line.split(separator: "\r\u{1b}[K", omittingEmptySubsequences: false).last ?? ""
      return String(last)
    }.filter { !$0.isEmpty }
  }

  deinit {
    close(terminal)
    close(controller)
  }
}
