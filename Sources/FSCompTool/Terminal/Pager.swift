import Platform

/// Standard output through the program that people read long texts with, if it is a terminal.
///
/// As other programs do: `$PAGER`, or less; less shows colours, and ends by itself where the text fits on
/// the screen, unless `$LESS` says what it should do.
final class Pager {
  private let stream: UnsafeMutablePointer<FILE>?
  let sink: FileSink

  /// - Parameter isWanted: whether to use one at all.
  init(isWanted: Bool) {
    let command = Environment()["PAGER"] ?? "less"
    guard isWanted, !command.isEmpty, command != "cat", Descriptor.standardOutput.isTerminal else {
      stream = nil
      sink = FileSink(.standardOutput)
      return
    }
    setenv("LESS", "FRX", 0)
    setenv("LV", "-c", 0)
    // Where there is none, the shell says so and shows the text all the same.
    stream = popen("{ \(command); } || cat", "w")
    guard let stream else {
      sink = FileSink(.standardOutput)
      return
    }
    // What Ctrl-C means is the pager's affair from here on.
    signal(SIGINT, SIG_IGN)
    sink = FileSink(.borrowed(fileno(stream), name: "pager"))
  }

  /// Whether somebody reads this on a terminal.
  static var isTerminal: Bool { Descriptor.standardOutput.isTerminal }

  /// Waits until the reader has seen enough.
  func finish() {
    if let stream { pclose(stream) }
  }
}
