import ArgumentParser

/// What `fscomp` does without the name of a command: as other compressors do, it compresses, or
/// what -d, -t or -l say.
struct DefaultCommand: ToolCommand {
  enum Mode: EnumerableFlag {
    case compress, decompress, test, list

    static func name(for value: Mode) -> NameSpecification {
      switch value {
      case .compress: [.customShort("z"), .long]
      case .decompress: [.customShort("d"), .long, .customLong("uncompress")]
      case .test: [.customShort("t"), .long]
      case .list: [.customShort("l"), .long]
      }
    }

    static func help(for value: Mode) -> ArgumentHelp? {
      switch value {
      case .compress: "Compress."
      case .decompress: "Decompress."
      case .test: "Check that archives decompress, and write nothing."
      case .list: "Show what archives hold; with -v also every block."
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "default", abstract: "What fscomp does without a command.", shouldDisplay: false)

  struct ModeFlags: ParsableArguments {
    @Flag(exclusivity: .chooseLast)
    var mode = Mode.compress
  }

  @OptionGroup(title: "Mode") private var modeFlags: ModeFlags
  @OptionGroup(title: "Output") var output: OutputFlags
  @OptionGroup(title: "Compression") var compression: CompressionFlags
  @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
  @OptionGroup(title: "Decompression") var salvage: SalvageFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Flag(name: [.customShort("V"), .long], help: "Show the version; with -v also the model's id.")
  var version = false

  @Argument(
    help: .init("Files; - or none: standard input.", valueName: "file"), completion: .file())
  var files: [String] = []

  private var mode: Mode { modeFlags.mode }
  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    if version {
      try showVersion()
      return .success
    }
    if salvage.salvage, mode != .decompress {
      throw UsageError("--salvage goes with -d")
    }
    switch mode {
    case .compress:
      return try CompressCommand.perform(files, output, compression, codec, console)
    case .decompress:
      return try DecompressCommand.perform(files, output, decompression, salvage, codec, console)
    case .test:
      try refuseOutput("-t")
      return try TestCommand.perform(files, decompression, codec, console)
    case .list:
      try refuseOutput("-l")
      return try ListCommand.perform(files, console)
    }
  }

  private func refuseOutput(_ flag: String) throws {
    if output.inputs == .remove { throw UsageError("\(flag) and --rm exclude each other") }
    if output.output != nil { throw UsageError("\(flag) and -o exclude each other") }
  }

  private func showVersion() throws {
    var lines = [BuildInfo.line]
    if console.verbosity >= .verbose {
      lines.append(TextTable.list(BuildInfo.details))
    }
    try StandardOutput.print(lines.joined(separator: "\n"))
  }
}
