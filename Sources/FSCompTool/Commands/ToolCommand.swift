import ArgumentParser

/// A command that says how it ended.
///
/// Others may implement `run()` alone: returning is success, throwing is failure.
protocol ToolCommand: ParsableCommand {
  func perform() throws -> ExitStatus
}

extension ToolCommand {
  func run() throws {
    throw ExitCode(try perform().rawValue)
  }
}
