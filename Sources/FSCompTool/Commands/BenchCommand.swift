import ArgumentParser
import Benchmarking
import FSComp
import Platform

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure fscomp beside other compressors.",
    discussion: """
      Compresses and decompresses each file with fscomp, zstd and whichever of xz, brotli, bzip3, \
      7z, bsc, bsc-m03, kanzi, mcm, lpaq1 to lpaq9m, zpaq, paq8px and cmix is installed, compares \
      the bytes, and prints sizes, speeds and memory. paq8px and cmix take hours and are only run \
      when named in --peers.
      """)

  enum Format: EnumerableFlag {
    case text, json, markdown

    static func help(for format: Format) -> ArgumentHelp? {
      switch format {
      case .text: "Print aligned tables."
      case .json: "Print JSON."
      case .markdown: "Print Markdown tables."
      }
    }
  }

  @Argument(
    help: "Files to measure over; of folders, the files in them.", completion: .file())
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Measure these and no others, also if slow; comma-separated.",
      discussion: """
        Known: \(PeerSelection.knownNames.joined(separator: ", ")). Empty: fscomp alone. Other \
        settings than the usual ones behind a colon: mcm:-x11, kanzi:-l 7.
        """,
      valueName: "names"),
    completion: .commaSeparated(PeerSelection.knownNames))
  var peers: String?

  @Flag(exclusivity: .exclusive)
  var format: Format = .text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Model, by path or name; may be repeated for a row each.", valueName: "model"),
    completion: .models())
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "Level of fscomp, 1 to 9; may be repeated for a row each.", valueName: "level"),
    completion: .levels)
  var level: [Int] = []

  @Option(
    help: ArgumentHelp("Plain bytes in a block of fscomp, such as 4M.", valueName: "size"),
    transform: ByteSize.init)
  var blockSize: ByteSize?

  @Option(
    help: .init("Lanes in a block of fscomp, a power of two up to 256.", valueName: "n"),
    transform: LaneCount.init)
  var lanes: LaneCount?

  @Option(
    name: [.customShort("T"), .long],
    help: .init(
      "Threads for every program that has the choice; 0: one for each core (default: 1).",
      valueName: "n"),
    transform: ThreadCount.init)
  var threads: ThreadCount?

  @Option(
    help: ArgumentHelp(
      "Stop a program's run after this long.",
      discussion: "Default: 1800 for peers that --peers does not name, else no limit.",
      valueName: "seconds"))
  var timeLimit: Int?

  @Option(
    help: .init(
      "Also draw size against speed, into a file, in SVG; of several files their total.",
      valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var svg: String?

  @Option(
    help: .init(
      "Also write a page in HTML: this picture, tables that sort, machine and versions.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Flag(name: .shortAndLong, help: "Print the programs' versions, too.")
  var verbose = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
    guard level.allSatisfy(CompressionLevel.range.contains) else {
      throw ValidationError("--level must be 1 to 9.")
    }
    guard blockSize.map({ (1...BlockLimits.maximumPlainSize).contains($0.bytes) }) ?? true else {
      throw ValidationError("--block-size must be less than 256M.")
    }
    guard timeLimit.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--time-limit must be at least 1.")
    }
  }

  func run() throws {
    let report = try measure()
    switch format {
    case .text: print(report.text(showsVersions: verbose), terminator: "")
    case .json: print(report.json(), terminator: "")
    case .markdown: print(report.markdown(showsVersions: verbose), terminator: "")
    }
    if let svg {
      let picture = Array(report.svg().utf8)
      try WholeFile.write(picture, to: Path(argument: svg), replacing: true)
    }
    if let html {
      let page = Array(report.html(date: Self.today).utf8)
      try WholeFile.write(page, to: Path(argument: html), replacing: true)
    }
    if report.hasFailures { throw ExitCode.failure }
  }

  private func measure() throws -> BenchmarkReport {
    let selection = if let peers { try PeerSelection(list: peers) } else { PeerSelection.installed }
    let run = BenchmarkRun(files: try foundFiles(), peers: selection, options: options)
    do {
      return try run.run(interruption: .onSignals()) { note($0.text) }
    } catch {
      guard error == .interrupted else { throw error }
      note("interrupted\n")
      throw ExitCode(128 + SIGINT)
    }
  }

  /// The files that are named, and those in folders that are.
  private func foundFiles() throws -> [String] {
    var search = OperandSearch()
    search.isRecursive = true
    for file in files { search.add(.file(Path(argument: file))) }
    if let error = search.errors.first { throw error }
    let paths = search.operands.compactMap { operand -> String? in
      if case .file(let path) = operand.input { return String(decoding: path.bytes, as: UTF8.self) }
      return nil
    }
    guard !paths.isEmpty else { throw FileError(Path(argument: files[0]), "has no files in it") }
    return paths
  }

  /// As 2026-11-26.
  private static var today: String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    func digits(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
  }

  private var options: BenchmarkOptions {
    var options = BenchmarkOptions()
    options.threads = threads?.count ?? 1
    options.timeLimit = timeLimit.map { .seconds($0) }
    let levels = level.isEmpty ? [nil] : level.map(Optional.some)
    options.fscomp = (model.isEmpty ? [nil] : model.map(Optional.some)).flatMap { model in
      levels.map {
        FscompSettings(model: model, level: $0, blockSize: blockSize?.bytes, lanes: lanes?.count)
      }
    }
    return options
  }

  /// Writes to standard error; that nobody reads it is no reason to stop.
  private func note(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
