/// How to measure.
public struct BenchmarkOptions: Sendable {
  /// Threads for fscomp and for every peer that takes such a setting; at least 1.
  public var threads = 1
  /// Wall-clock limit for a single run of a program. Nil means 30 minutes for peers chosen because
  /// they are installed, and none for peers asked for by name, nor for fscomp.
  public var timeLimit: Duration?
  /// One row of fscomp for each; their `threads` is set from the above.
  public var fscomp = [FscompSettings()]
  /// Where archives and restored files go, up to three times the largest file; nil is `$TMPDIR` or
  /// `/tmp`.
  public var temporaryFolder: String?
  /// The program that runs the library codecs.
  public var worker = WorkerProgram.thisProgram
  /// Folders to find programs in, separated by colons; nil is `$PATH`.
  public var searchPath: String?

  public init() {}
}

/// Something that happens while a benchmark runs.
public enum BenchmarkStatus: Sendable, Equatable {
  case started(program: String, file: String)
  /// Follows `started` of the same program and file.
  case finished(program: String, file: String, Outcome)
}

/// Measures fscomp and its peers over files, one process at a time.
public struct BenchmarkRun: Sendable {
  public var files: [String]
  public var peers: PeerSelection
  public var options: BenchmarkOptions

  public init(files: [String], peers: PeerSelection = .installed, options: BenchmarkOptions) {
    self.files = files
    self.peers = peers
    self.options = options
  }

  /// Runs every program over every file.
  /// - Parameters:
  ///   - interruption: stops the benchmark, which then throws `BenchmarkError.interrupted`.
  ///   - status: called before and after each program's turn, on the calling thread.
  public func run(
    interruption: Interruption? = nil, status: (BenchmarkStatus) -> Void = { _ in }
  ) throws(BenchmarkError) -> BenchmarkReport {
    for file in files where FileContents.size(of: file) == nil { throw .notAFile(file) }
    let contestants = try contestants()
    var tables: [BenchmarkTable] = []
    for file in files {
      do {
        tables.append(
          try table(of: file, contestants, interruption: interruption, status: status))
      } catch let error as BenchmarkError {
        throw error
      } catch let error as SystemError {
        throw .system(error)
      } catch {
        // Nothing else is thrown, which typed throws cannot say here.
        throw .interrupted
      }
    }
    return BenchmarkReport(
      machine: .current(), threads: options.threads, memoryFloor: ChildProcess.memoryFloor,
      tables: tables)
  }

  /// A program that is to have a row: a peer, or why there is none.
  private struct Contestant {
    var description: ProgramDescription
    var peer: Result<any Peer, Absence>
    var timeLimit: Duration?
  }

  private struct Absence: Error {
    var outcome: Outcome
  }

  private func contestants() throws(BenchmarkError) -> [Contestant] {
    let fscomp = try options.fscomp.map { (settings) throws(BenchmarkError) in
      var settings = settings
      settings.threads = options.threads
      let contestant = contestant(.fscomp(settings), timeLimit: options.timeLimit)
      // Better to hear of a misspelled model now than after the peers have run for an hour.
      if case .failure(let absence) = contestant.peer {
        throw .fscomp(absence.outcome.remark ?? "fscomp cannot run")
      }
      return contestant
    }
    let limit = options.timeLimit ?? (peers == .installed ? .seconds(1800) : nil)
    let others = peers.entries(threads: options.threads)
      .map { contestant($0, timeLimit: limit) }
      .filter { contestant in
        guard !peers.showsMissing, case .failure(let absence) = contestant.peer else {
          return true
        }
        return absence.outcome != .notInstalled
      }
    return fscomp + others
  }

  private func contestant(_ entry: PeerEntry, timeLimit: Duration?) -> Contestant {
    let peer: Result<any Peer, Absence>
    switch entry.kind {
    case .library(let settings):
      do {
        peer = .success(try LibraryPeer(settings, worker: options.worker))
      } catch {
        peer = .failure(Absence(outcome: .failed(error.description)))
      }
    case .external(let program, let settings):
      let search = ExecutableSearch(path: options.searchPath)
      let found = ExternalPeer.find(
        program, settings, search: search, threads: options.threads)
      peer = found.map { .success($0) } ?? .failure(Absence(outcome: .notInstalled))
    }
    let description =
      (try? peer.get().description) ?? ProgramDescription(label: entry.label)
    return Contestant(description: description, peer: peer, timeLimit: timeLimit)
  }

  private func table(
    of file: String, _ contestants: [Contestant], interruption: Interruption?,
    status: (BenchmarkStatus) -> Void
  ) throws -> BenchmarkTable {
    let folder = try TemporaryFolder(in: options.temporaryFolder)
    // A copy does not change while it is measured, has no telling name, and is in the page cache
    // for the first program as well as for the last.
    let plainBytes = try FileContents.copy(
      file, to: TrialFiles(folder: folder.path, plainBytes: 0).plain)
    var rows: [BenchmarkRow] = []
    for contestant in contestants {
      let label = contestant.description.label
      status(.started(program: label, file: file))
      let outcome: Outcome
      switch contestant.peer {
      case .failure(let absence): outcome = absence.outcome
      case .success(let peer):
        let files = TrialFiles(
          folder: folder.path, plainBytes: plainBytes, archiveSuffix: peer.archiveSuffix)
        outcome = try PeerTrial(
          peer: peer, files: files, timeLimit: contestant.timeLimit, interruption: interruption
        ).run()
      }
      status(.finished(program: label, file: file, outcome))
      rows.append(BenchmarkRow(program: contestant.description, outcome: outcome))
    }
    return BenchmarkTable(title: file, plainBytes: plainBytes, rows: rows)
  }
}
