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

  static let name = "default"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "What fscomp does without a command.", shouldDisplay: false)

  struct ModeFlags: ParsableArguments {
    @Flag(exclusivity: .chooseLast)
    var mode = Mode.compress
  }

  struct Flags: ParsableArguments {
    @OptionGroup(title: "Mode") var mode: ModeFlags
    @OptionGroup(title: "Input") var input: InputFlags
    @OptionGroup(title: "Output") var output: OutputFlags
    @OptionGroup(title: "Compression") var compression: CompressionFlags
    @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
    @OptionGroup(title: "Decompression") var salvage: SalvageFlags
    @OptionGroup(title: "Coding") var codec: CodecFlags
    @OptionGroup(title: "Messages") var messages: MessageFlags

    @Flag(name: [.customShort("V"), .long], help: "Show the version; with -v also the model's id.")
    var version = false
  }

  @OptionGroup var flags: Flags

  @Argument(
    help: .init("Files; - or none: standard input.", valueName: "file"), completion: .file())
  var files: [String] = []

  private var mode: Mode { flags.mode.mode }
  var console: Console { flags.messages.console }

  func perform() throws -> ExitStatus {
    if flags.version {
      try showVersion()
      return .success
    }
    if flags.salvage.salvage, mode != .decompress {
      throw UsageError("--salvage goes with -d")
    }
    switch mode {
    case .compress:
      return try CompressCommand.perform(
        files, flags.input, flags.output, flags.compression, flags.codec, console)
    case .decompress:
      return try DecompressCommand.perform(
        files, flags.input, flags.output, flags.decompression, flags.salvage, flags.codec, console)
    case .test:
      try refuseOutput("-t")
      return try TestCommand.perform(files, flags.input, flags.decompression, flags.codec, console)
    case .list:
      try refuseOutput("-l")
      return try ListCommand.perform(files, flags.input, console)
    }
  }

  private func refuseOutput(_ flag: String) throws {
    // --rm is ignored: an alias may hold it.
    if flags.output.output != nil { throw UsageError("\(flag) and -o exclude each other") }
  }

  private func showVersion() throws {
    try StandardOutput.print(BuildInfo.line + "\n" + TextTable.list(BuildInfo.details))
  }
}
