import ArgumentParser

/// The parser of the whole command line. A command is named first or not at all.
struct RootCommand: ParsableCommand {
  /// Those that read files and understand the same short options as the program itself.
  static let fileCommands: [any ParsableCommand.Type] = [
    CompressCommand.self, DecompressCommand.self, TestCommand.self, ListCommand.self,
    CatCommand.self,
  ]

  /// Those with options of their own.
  static let ownCommands: [any ParsableCommand.Type] = [
    GrepCommand.self, ExplainCommand.self, BenchCommand.self, ModelCommand.self, EvalCommand.self, TrainCommand.self,
  ]

  static let commands = fileCommands + ownCommands

  static let configuration = CommandConfiguration(
    commandName: "fscomp", subcommands: commands + [DefaultCommand.self, PeerWorkerCommand.self],
    defaultSubcommand: DefaultCommand.self)
}

/// What the help shows: the flags that work without a command, and the commands. Never used to
/// parse: a parser that takes files itself would take a command's name for one.
struct Interface: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fscomp",
    abstract: "Compress text with a small neural network, in integers, the same on every machine.",
    usage: """
      fscomp [options] [file ...]
      fscomp <subcommand> [options] [file ...]
      """,
    subcommands: RootCommand.commands)

  @OptionGroup var arguments: DefaultCommand
}
