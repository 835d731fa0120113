import Platform

/// One round trip of one peer over one file.
struct PeerTrial {
  /// Runs shorter than this in all are repeated, up to `maximumRuns`; the fastest counts. A process
  /// that lives for some milliseconds says more about the machine's mood than about itself.
  static let enoughSeconds = 0.5
  static let maximumRuns = 5

  let peer: any Peer
  let files: TrialFiles
  /// For each single run; nil is no limit.
  let timeLimit: Duration?
  let interruption: Interruption?

  /// Compresses, decompresses, and compares the bytes.
  /// - Throws: ``BenchmarkError/interrupted`` only; anything the peer does wrong is an outcome.
  func run() throws(BenchmarkError) -> Outcome {
    defer { for direction in Direction.allCases { unlink(files.product(of: direction)) } }
    do {
      let compression = try fastestRun(.compress)
      guard let archiveBytes = FileContents.size(of: files.archive) else {
        return .failed("wrote no archive")
      }
      let decompression = try fastestRun(.decompress)
      if let offset = try FileContents.firstDifference(files.plain, files.restored) {
        return .failed("round trip differs at byte \(offset)")
      }
      return .measured(
        Measurement(
          plainBytes: files.plainBytes, archiveBytes: archiveBytes, compression: compression,
          decompression: decompression))
    } catch let stop as EarlyStop {
      switch stop {
      case .outcome(let outcome): return outcome
      case .interrupted: throw .interrupted
      }
    } catch {
      return .failed("\(error)")
    }
  }

  private enum EarlyStop: Error {
    case outcome(Outcome)
    case interrupted
  }

  private func fastestRun(_ direction: Direction) throws -> RunCost {
    var best = try singleRun(direction)
    var runs = 1
    var total = best.seconds
    while total < Self.enoughSeconds && runs < Self.maximumRuns {
      let cost = try singleRun(direction)
      runs += 1
      total += cost.seconds
      best = RunCost(
        seconds: min(best.seconds, cost.seconds),
        userSeconds: combined(best.userSeconds, cost.userSeconds, min),
        peakMemory: max(best.peakMemory, cost.peakMemory))
    }
    return best
  }

  private func singleRun(_ direction: Direction) throws -> RunCost {
    // Archivers add to an archive that is there.
    unlink(files.product(of: direction))
    try peer.prepare(direction, files)
    // What was prepared must not pass for what is decompressed.
    defer { if direction == .compress { unlink(files.restored) } }
    let result = try ChildProcess.run(
      peer.command(direction, files), limit: timeLimit, interruption: interruption)
    switch result.termination {
    case .exited(0): return try peer.cost(of: result, files)
    case .exited(let status):
      throw EarlyStop.outcome(
        .failed("\(direction.rawValue): exit status \(status)\(lastMessage())"))
    case .signaled(let signal):
      throw EarlyStop.outcome(
        .failed("\(direction.rawValue): killed by signal \(signal)\(lastMessage())"))
    case .timedOut:
      throw EarlyStop.outcome(.timedOut(direction, limit: timeLimit ?? .zero))
    case .interrupted: throw EarlyStop.interrupted
    }
  }

  /// The last line the program wrote to its standard error, to be appended to a reason.
  private func lastMessage() -> String {
    let lines = FileContents.text(of: files.errors).split(whereSeparator: \.isNewline)
    return lines.last.map { ": \($0.prefix(200))" } ?? ""
  }
}
