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

  @Flag(exclusivity: .chooseLast)
  var inputs = Inputs.keep

  /// - Throws: `UsageError` for combinations that could lose data or mean nothing.
  func request(_ files: [String]) throws -> FileRequest {
    let inputs = files.inputs
    var request = FileRequest(
      inputs: inputs, isForced: force, removesInputs: self.inputs == .remove)
    switch (output, stdout) {
    case (nil, false): break
    case (nil, true), ("-"?, _): request.destination = .standardOutput
    case (_?, true): throw UsageError("-o and -c exclude each other")
    case (let path?, false): request.destination = .file(Path(argument: path))
    }
    let removesFiles = request.removesInputs && inputs.contains { $0 != .standardInput }
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

extension [String] {
  /// The operands; standard input if there are none.
  var inputs: [Input] {
    isEmpty ? [.standardInput] : map(Input.init(argument:))
  }
}
