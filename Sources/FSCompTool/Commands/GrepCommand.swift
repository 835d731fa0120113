import ArgumentParser
import FSComp

struct GrepCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "grep", abstract: "Print the lines of archives, and of plain files, that match.",
    discussion: """
      PATTERN is a regular expression in the syntax of Swift's Regex, which is nearly that of \
      Perl: \\d, \\w, \\b, (a|b), [a-z], x{2,3}, .*?, (?=...). It is applied to each line without \
      its newline, scalar value by scalar value; bytes that are no UTF-8 count as U+FFFD. Archives \
      are decoded side by side; lines come in the order of the inputs. Exit \
      status: 0 if a line was selected, 1 if none was, 2 after an error.
      """,
    helpNames: .long)

  static let failure = ExitStatus.searchFailed

  @Flag(name: .shortAndLong, help: "Ignore the case of letters.")
  var ignoreCase = false

  @Flag(name: [.customShort("F"), .long], help: "The pattern is text, and no expression: quickest.")
  var fixedStrings = false

  @Flag(name: [.customShort("v"), .long], help: "Select the lines that do not match.")
  var invertMatch = false

  @Flag(name: [.customShort("n"), .long], help: "Print the number of each line, from 1.")
  var lineNumber = false

  @Flag(name: .shortAndLong, help: "Print how many lines of each input were selected, not which.")
  var count = false

  @Flag(name: [.customShort("l"), .long], help: "Print the names of the inputs with such lines.")
  var filesWithMatches = false

  @Option(
    name: [.customShort("m", allowingJoined: true), .long],
    help: .init("Stop reading each input after that many selected lines.", valueName: "n"))
  var maxCount: Int?

  @Flag(name: [.customShort("H"), .long], help: "Print names (default with several inputs).")
  var withFilename = false

  @Flag(name: [.customShort("h"), .long], help: "Print no names (default with one input).")
  var noFilename = false

  @OptionGroup(title: "Decompression") var decompression: SearchFlags

  @Argument(help: "What to search for.") var pattern: String

  @Argument(
    help: .init("Archives and plain files; - or none: standard input.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  /// Those of other commands, without the letters that mean something else here.
  struct SearchFlags: ParsableArguments {
    @Option(
      name: [.customShort("T", allowingJoined: true), .long],
      help: .init("Threads; 0, the default: one for each core.", valueName: "n"),
      transform: ThreadCount.init)
    var threads: ThreadCount?

    @Option(
      help: .init(
        "A model file, or the name of an installed one; one more to choose from.",
        valueName: "path|name"),
      completion: .file(extensions: ["fsm"]))
    var model: String?

    @Option(
      help: .init("Memory for the blocks being decoded (default: 512M).", valueName: "size"),
      transform: ByteSize.init)
    var memory: ByteSize?

    func options() throws -> DecompressionOptions {
      var options = DecompressionOptions()
      options.threads = (try threads ?? Defaults.threads ?? ThreadCount()).count
      if let memory { options.memoryLimit = memory.bytes }
      options.memoryLimit = AddressSpace.memory(options.memoryLimit)
      return options
    }
  }

  func validate() throws {
    if let maxCount, maxCount < 0 { throw ValidationError("-m takes a number from 0 on") }
    if count, filesWithMatches { throw ValidationError("-c and -l exclude each other") }
    if withFilename, noFilename { throw ValidationError("-H and -h exclude each other") }
  }

  func perform() throws -> ExitStatus {
    let inputs = files.isEmpty ? [.standardInput] : files.map(Input.init(argument:))
    var settings = SearchSettings(
      pattern: try LinePattern(argument: pattern, isFixed: fixedStrings, ignoresCase: ignoreCase))
    settings.isInverted = invertMatch
    settings.report = count ? .counts : filesWithMatches ? .names : .lines
    settings.showsNumbers = lineNumber
    settings.showsNames = withFilename || (inputs.count > 1 && !noFilename)
    settings.limit = maxCount ?? .max

    let options = try decompression.options()
    let runner = SearchRunner(
      settings, over: inputs,
      Decompressor(models: try Models.store(with: decompression.model), options: options),
      threads: options.threads, console: console)
    try runner.run()
    return runner.hasFailed ? .searchFailed : runner.hasFound ? .found : .notFound
  }
}

extension ExitStatus {
  // What grep and its successors end with.
  static let found = success
  static let notFound = failure
  static let searchFailed = warning
}

extension Input {
  /// As it is printed, so that other programs find the file.
  var bytes: [UInt8] {
    switch self {
    case .standardInput: Array(name.utf8)
    case .file(let path): path.bytes
    }
  }
}
