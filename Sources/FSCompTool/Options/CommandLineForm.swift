import ArgumentParser

/// The command line, made ready for the argument parser.
package struct CommandLineForm {
  package enum Request {
    case help
    case completionScript(CompletionShell)
    case command([String])
  }

  package let request: Request

  /// - Parameter arguments: without the program's name.
  /// - Throws: `UsageError` for short options that do not exist.
  package init(_ arguments: [String]) throws {
    request = try Self.request(arguments)
  }

  private static func request(_ arguments: [String]) throws -> Request {
    let first = arguments.first ?? ""
    if first == "--generate-completion-script" {
      let name = arguments.dropFirst().first ?? ""
      guard let shell = CompletionShell(rawValue: name) else {
        throw UsageError("no completion script for '\(name)': bash, zsh or fish")
      }
      return .completionScript(shell)
    }
    // "---completion" is what a completion script asks.
    if first.hasPrefix("---") || first == "help" && arguments.count > 1 {
      return .command(arguments)
    }
    if first == "help" { return .help }
    if let command = RootCommand.commands.first(where: { $0.configuration.commandName == first }) {
      // Other commands have options of their own.
      guard command is any ToolCommand.Type else { return .command(arguments) }
      return .command([first] + (try ShortOptions.expand(Array(arguments.dropFirst()))))
    }
    let expanded = try ShortOptions.expand(arguments)
    let options = expanded.prefix { $0 != "--" }
    return options.contains("-h") || options.contains("--help") ? .help : .command(expanded)
  }
}
