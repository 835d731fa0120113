import ArgumentParser

/// A command that says how it ended.
///
/// Others may implement `run()` alone: returning is success, throwing is failure.
protocol ToolCommand: ParsableCommand {
  /// Where its messages go.
  var console: Console { get }

  /// How it ends after an error, also in its command line.
  static var failure: ExitStatus { get }

  func perform() throws -> ExitStatus
}

extension ToolCommand {
  var console: Console { Console() }
  static var failure: ExitStatus { .failure }

  func run() throws {
    throw ExitCode(try perform().rawValue)
  }
}
