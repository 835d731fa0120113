/// A library codec as a peer: this very program, started again as a ``PeerWorker``.
///
/// The worker tells its own time and memory, so that neither the start of this program nor what it
/// held before is held against a library.
struct LibraryPeer: Peer {
  let description: ProgramDescription
  let settings: CodecSettings
  let worker: WorkerProgram

  /// Asks a worker to describe the codec.
  /// - Throws: ``PeerFailure`` with what the worker says if the codec cannot run, as when its model
  ///   is missing.
  init(_ settings: CodecSettings, worker: WorkerProgram) throws(PeerFailure) {
    self.settings = settings
    self.worker = worker
    do {
      let answer = try ProgramOutput.of(worker.command(.describe(settings)))
      guard answer.status == 0 else {
        // The command line parser puts this in front of what was thrown.
        let prefix = "Error: "
        let reason = answer.errors.hasPrefix(prefix)
          ? String(answer.errors.dropFirst(prefix.count)) : answer.errors
        throw PeerFailure(reason.isEmpty ? "the worker failed" : reason)
      }
      description = try WorkerAnswer.description(answer.output)
    } catch let failure as PeerFailure {
      throw failure
    } catch {
      throw PeerFailure("\(error)")
    }
  }

  func command(_ direction: Direction, _ files: TrialFiles) -> ChildCommand {
    let (input, output) =
      switch direction {
      case .compress: (files.plain, files.archive)
      case .decompress: (files.archive, files.restored)
      }
    var command = worker.command(.run(direction, input: input, output: output, settings))
    command.standardOutput = files.output
    command.standardError = files.errors
    return command
  }

  func cost(of result: ChildResult, _ files: TrialFiles) throws(PeerFailure) -> RunCost {
    var cost = try WorkerAnswer.cost(
      FileContents.text(of: files.output), peakMemory: result.cost.peakMemory)
    // The start of the program with it: some milliseconds.
    cost.userSeconds = result.cost.userSeconds
    return cost
  }
}

/// How to start a ``PeerWorker``.
public struct WorkerProgram: Sendable, Equatable {
  /// Path of a program that hands its arguments to `PeerWorker.run`.
  public var executable: String
  /// Arguments that go before the worker's own.
  public var arguments: [String]

  public init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// The running program with the hidden subcommand.
  public static let thisProgram = WorkerProgram(
    executable: "/proc/self/exe", arguments: [PeerWorker.commandName])

  func command(_ request: WorkerRequest) -> ChildCommand {
    ChildCommand(executable, arguments + request.words)
  }
}
