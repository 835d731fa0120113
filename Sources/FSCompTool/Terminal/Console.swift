import CSystem
import Platform
import Synchronization

/// How much is said on stderr.
struct Verbosity: Comparable {
  /// 0: errors, warnings, and on a terminal progress and a summary a file.
  /// Below: without warnings and the rest (-1), nothing at all (-2). Above: more of it.
  var level: Int

  static let silent = Verbosity(level: -2)
  static let errors = Verbosity(level: -1)
  static let normal = Verbosity(level: 0)
  static let verbose = Verbosity(level: 1)

  static func < (a: Verbosity, b: Verbosity) -> Bool { a.level < b.level }
}

/// Everything said on stderr goes through here, so that messages and the progress line, which two
/// threads write, never run into each other.
final class Console: Sendable {
  let verbosity: Verbosity
  /// Whether stderr is a terminal, with a reader at the other end.
  let isTerminal: Bool
  private let allowsProgress: Bool
  private let progressIsVisible = Mutex(false)

  init(verbosity: Verbosity = .normal, allowsProgress: Bool = true) {
    self.verbosity = verbosity
    self.allowsProgress = allowsProgress
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  func error(_ message: String) {
    if verbosity > .silent { say("fscomp: \(message)\n") }
  }

  func error(_ error: FileError) {
    self.error("\(error.subject): \(error.message)")
  }

  func warning(_ error: FileError) {
    if verbosity >= .normal { self.error(error) }
  }

  /// A line that was asked for: by a terminal's presence, or by -v.
  func summary(_ line: String) {
    if verbosity >= .verbose || (verbosity >= .normal && isTerminal) { say(line + "\n") }
  }

  /// What only -vv asks for.
  func detail(_ line: String) {
    if verbosity > .verbose { say("fscomp: \(line)\n") }
  }

  /// A line said whatever the verbosity.
  func say(line: String) { say(line + "\n") }

  /// Whether a progress line may stand on the terminal during the work. When standard output is a
  /// pipe, whatever reads it may be using the same terminal: then only if -v insists.
  func showsProgress(writesStandardOutput: Bool) -> Bool {
    guard allowsProgress, isTerminal, verbosity >= .normal else { return false }
    // Such a terminal cannot take a line back.
    guard Environment()["TERM"] != "dumb" else { return false }
    guard writesStandardOutput else { return true }
    switch (try? FileStatus(of: .standardOutput))?.kind {
    case .regular: return true
    default: return verbosity >= .verbose && !Descriptor.standardOutput.isTerminal
    }
  }

  /// Replaces the progress line; nil removes it.
  func showProgress(_ line: String?) {
    progressIsVisible.withLock { isVisible in
      guard isVisible || line != nil else { return }
      isVisible = line != nil
      csystem_signals_set_progress_line(isVisible)
      Self.write("\r\u{1b}[K" + (line ?? ""))
    }
  }

  /// Columns of the terminal at stderr, 80 if it does not say.
  var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func say(_ text: String) {
    progressIsVisible.withLock { isVisible in
      let erase = isVisible ? "\r\u{1b}[K" : ""
      isVisible = false
      csystem_signals_set_progress_line(false)
      Self.write(erase + text)
    }
  }

  /// In one call, so that lines of several processes do not mix. Failure has nobody to be told to.
  private static func write(_ text: String) {
    var text = text
    _ = text.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
