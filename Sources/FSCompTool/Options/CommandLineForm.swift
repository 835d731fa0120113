import ArgumentParser

/// The command line, made ready for the argument parser.
package struct CommandLineForm {
  package enum Request {
    case help
    case shortHelp
    case completionScript(CompletionShell)
    case command([String])
  }

  package let request: Request

  /// - Parameter arguments: first the name the program was called by.
  /// - Throws: `UsageError` for short options that do not exist.
  package init(_ arguments: [String]) throws {
    let name = Path(argument: arguments.first ?? "").name
    let implied = Self.impliedOptions[String(decoding: name, as: UTF8.self)] ?? []
    if arguments.count <= 1, implied.isEmpty, Descriptor.standardInput.isTerminal,
      Descriptor.standardOutput.isTerminal
    {
      request = .shortHelp
    } else {
      request = try Self.request(implied + arguments.dropFirst())
    }
  }

  /// What links to the program stand for, as `unxz` and `xzcat` do.
  private static let impliedOptions = ["unfscomp": ["-d"], "fscompcat": ["-d", "-c"]]

  private static let helpOptions: Set = ["--help", "--help-hidden"]

  private static var commandNames: [String] {
    (RootCommand.commands.map { $0.configuration.commandName ?? "" }) + ["help"]
  }

  /// "; did you mean 'list'?", or nothing.
  private static func suggestion(for word: String) -> String {
    guard !word.hasPrefix("-"),
      let command = CommandGuess.command(near: word, among: commandNames)
    else { return "" }
    return "; did you mean '\(command)'?"
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
    // What a completion script asks: of options without a command, those of the default one know.
    if first == "---completion" {
      let names = arguments.dropFirst().first == "--" ? [DefaultCommand.name] : []
      return .command([first] + names + arguments.dropFirst())
    }
    if first == "help", arguments.count > 1 {
      let name = arguments[1]
      guard commandNames.contains(name) else {
        throw UsageError("no command '\(name)'" + suggestion(for: name))
      }
      return .command(arguments)
    }
    if first == "help" { return .help }
    func names(_ command: any ParsableCommand.Type) -> Bool {
      command.configuration.commandName == first
    }
    if RootCommand.fileCommands.contains(where: names) || names(ExplainCommand.self)
      || names(BenchCommand.self)
    {
      let options = first == CompressCommand.configuration.commandName ? Defaults.options : []
      return .command([first] + (try ShortOptions.expand(options + arguments.dropFirst())))
    }
    if RootCommand.commands.contains(where: names) { return .command(arguments) }
    let word = suggestion(for: first)
    if !word.isEmpty, Input(argument: first).status == nil {
      throw UsageError("no command or file '\(first)'" + word)
    }
    let expanded = try ShortOptions.expand(Defaults.options + arguments)
    let options = expanded.prefix { $0 != "--" }
    if !helpOptions.isDisjoint(with: options) { return .help }
    return options.contains("-h") ? .shortHelp : .command(expanded)
  }
}
