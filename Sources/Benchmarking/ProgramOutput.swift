/// What a short-lived program prints.
struct ProgramOutput {
  /// Exit status; 255 if it did not exit by itself.
  var status: Int32
  var output: String
  /// Standard error without the line ends around it.
  var errors: String

  /// Runs a program for at most ten seconds.
  static func of(_ command: ChildCommand) throws(SystemError) -> ProgramOutput {
    let folder = try TemporaryFolder()
    var command = command
    command.standardOutput = folder.file("output")
    command.standardError = folder.file("errors")
    let result = try ChildProcess.run(command, limit: .seconds(10))
    let status: Int32 = if case .exited(let code) = result.termination { code } else { 255 }
    let errors = FileContents.text(of: folder.file("errors"))
    return ProgramOutput(
      status: status, output: FileContents.text(of: folder.file("output")),
      errors: errors.split(whereSeparator: \.isNewline).joined(separator: "; "))
  }
}
