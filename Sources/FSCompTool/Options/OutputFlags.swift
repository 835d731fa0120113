import ArgumentParser

/// Which files are read and where the results go.
struct OutputFlags: ParsableArguments {
  enum Inputs: EnumerableFlag {
    case keep, remove

    static func name(for value: Inputs) -> NameSpecification {
      switch value {
      case .keep: .shortAndLong
      case .remove: .customLong("rm")
      }
    }

    static func help(for value: Inputs) -> ArgumentHelp? {
      switch value {
      case .keep: "Keep the input files."
      case .remove:
        """
        Remove each input file once its output is on the disk and was verified: for compress by \
        decompressing it again.
        """
      }
    }
  }

  @Option(
    name: .shortAndLong, help: .init("Write to this file.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(name: [.customShort("c"), .long], help: "Write to standard output.")
  var stdout = false

  @Flag(
    name: .shortAndLong,
    help: "Overwrite existing files; write compressed data to a terminal.")
  var force = false

  @Option(
    help: .init("Write outputs into this folder.", valueName: "folder"),
    completion: .directory)
  var outputDirFlat: String?

  @Option(
    help: .init(
      "Write outputs into this folder, each in the folders its input is in.", valueName: "folder"),
    completion: .directory)
  var outputDirMirror: String?

  @Flag(
    help: """
      When the work fails or is interrupted, leave what was written, hidden; the same command goes \
      on from there. (After kill -9 it does so anyway.)
      """)
  var resume = false

  @Flag(name: .customLong("no-resume"), help: "Begin at the beginning.")
  var noResume = false

  @Flag(exclusivity: .chooseLast)
  var inputs = Inputs.keep

  /// - Throws: `UsageError` for combinations that could lose data or mean nothing.
  func request(_ inputs: [Operand]) throws -> FileRequest {
    var request = FileRequest(
      inputs: inputs, isForced: force, removesInputs: self.inputs == .remove,
      keepsUnfinished: resume, resumes: !noResume)
    switch (outputDirFlat, outputDirMirror) {
    case (nil, nil): break
    case (let folder?, nil): request.placement = .flat(Path(argument: folder))
    case (nil, let folder?): request.placement = .mirror(Path(argument: folder))
    default: throw UsageError("--output-dir-flat and --output-dir-mirror exclude each other")
    }
    if outputDirFlat != nil || outputDirMirror != nil, stdout || output != nil {
      throw UsageError("-o and -c exclude an output folder")
    }
    switch (output, stdout) {
    case (nil, false): break
    case (nil, true), ("-"?, _), ("/dev/stdout"?, false):
      request.destination = .standardOutput
    case (_?, true): throw UsageError("-o and -c exclude each other")
    case (let path?, false): request.destination = .file(Path(argument: path))
    }
    let removesFiles = request.removesInputs && inputs.contains { $0.input != .standardInput }
    switch request.destination {
    case .standardOutput? where removesFiles:
      throw UsageError("--rm removes nothing when the output goes to standard output")
    case .file? where inputs.count > 1 && removesFiles:
      throw UsageError("--rm removes nothing when several inputs go to one output")
    case .file? where inputs.count > 1 && !force:
      throw UsageError("-o takes one input; with -f several are joined in it")
    default: break
    }
    return request
  }
}
