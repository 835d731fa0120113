import ArgumentParser
import CSystem
import Platform
import Prediction

@main
enum FSCompTool {
  static func main() {
    csystem_use_one_heap()
    csystem_signals_install()
    OutOfMemory.handle { _ in csystem_end_without_memory() }
    csystem_open_standard_descriptors()
    exit(run(ArgumentBytes.ofProcess).rawValue)
  }

  private static func run(_ arguments: [String]) -> ExitStatus {
    do {
      return try perform(arguments)
    } catch is ClosedPipe {
      // Whoever reads has seen enough.
      return .success
    } catch let error as FileError {
      Console().error(error)
    } catch let error as UsageError {
      complain(error.description, arguments)
    } catch {
      return finish(error, arguments)
    }
    return failure(of: arguments)
  }

  private static func perform(_ arguments: [String]) throws -> ExitStatus {
    // To read a command line takes some memory, too.
    try AddressSpace.require(0)
    if let name = Kernels.requestedButUnavailable {
      let names = Kernels.availableNames.joined(separator: ", ")
      throw FileError("FSCOMP_KERNELS=\(name)", "no such kernels on this machine, which has \(names)")
    }
    let arguments = try CommandLineForm(arguments)
    switch arguments.request {
    case .help:
      try StandardOutput.print(Interface.helpMessage())
      return .success
    case .shortHelp:
      try StandardOutput.print(ShortHelp.text)
      return .success
    case .completionScript(let shell):
      try StandardOutput.print(CompletionScript.text(for: shell))
      return .success
    case .command(let arguments):
      var command = try RootCommand.parseAsRoot(arguments)
      guard let command = command as? any ToolCommand else {
        try command.run()
        return .success
      }
      do {
        return try command.perform()
      } catch let error as FileError {
        command.console.error(error)
        return type(of: command).failure
      }
    }
  }

  /// What the argument parser threw: help that was asked for, a wrong command line, or a command's
  /// own error.
  private static func finish(_ error: any Error, _ arguments: [String]) -> ExitStatus {
    let message = RootCommand.message(for: error)
    switch RootCommand.exitCode(for: error) {
    case .success:
      do {
        try StandardOutput.print(message.isEmpty ? RootCommand.fullMessage(for: error) : message)
        return .success
      } catch {
        return error is ClosedPipe ? .success : .failure
      }
    case .validationFailure:
      complain(message, arguments)
    case let code:
      if !message.isEmpty { Console().error(message) }
      return ExitStatus(rawValue: code.rawValue) ?? failure(of: arguments)
    }
    return failure(of: arguments)
  }

  /// One line, and where to read more.
  private static func complain(_ message: String, _ arguments: [String]) {
    let console = Console()
    let line = message.prefix { !$0.isNewline }
    // The argument parser begins like a sentence; names in capitals stay.
    let isSentence = line.dropFirst().first?.isUppercase != true
    console.error(isSentence ? line.prefix(1).lowercased() + line.dropFirst() : String(line))
    let name = ownCommand(arguments)?.configuration.commandName.map { " \($0)" } ?? ""
    console.say(line: "Try 'fscomp\(name) --help'.")
  }

  private static func failure(of arguments: [String]) -> ExitStatus {
    (ownCommand(arguments) as? any ToolCommand.Type)?.failure ?? .failure
  }

  /// The command that was named, if it has options of its own.
  private static func ownCommand(_ arguments: [String]) -> (any ParsableCommand.Type)? {
    let name = arguments.dropFirst().first
    return RootCommand.ownCommands.first { $0.configuration.commandName == name }
  }
}
