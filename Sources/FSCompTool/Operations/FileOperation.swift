import FSComp
import Platform

/// What was read and written for one input.
struct Outcome {
  var plainBytes: Int
  var archiveBytes: Int
  /// What a damaged archive no longer holds; empty unless it was salvaged.
  var lost: [LostRange] = []
  /// What follows the archive and does not belong to it.
  var trailing: ArchiveError?
}

/// One input on its way to one output.
struct FileTransfer {
  let source: FileSource
  let sink: FileSink
  let pool: WorkerPool
  /// Holds the first bytes of the output, from an earlier run; nil to begin at the beginning.
  var leftover: Descriptor?
  /// What is no archive is passed through as it is.
  var passesForeign = false
  /// Is told of every block, if anyone wants to know.
  var observer: BlockObserver?
}

/// The reading back of an output.
struct Verification {
  let session: any BlockSession
  /// Throws, once the session has ended, unless the output stands for the input.
  let check: () throws -> Void
}

/// What happens to each input.
protocol FileOperation {
  var direction: ProgressSnapshot.Direction { get }
  /// Whether it writes compressed data, which is kept off terminals.
  var writesArchive: Bool { get }
  /// Whether a sink is still good for the next input after this one failed in the middle.
  var survivesPartialOutput: Bool { get }

  /// The output's name where none was given. Throws `FileError` if the input's name has none,
  /// `FileWarning` if there is nothing to do.
  func target(for path: Path, isForced: Bool) throws -> Path

  /// Names the work on this input, if it comes to the same output whenever it is done again.
  func key(for input: FileStatus) -> UInt64?

  /// One input to one output, from where the source stands to its end.
  func session(_ transfer: FileTransfer) throws -> any BlockSession

  /// What a session that was ended has done.
  func outcome(of session: any BlockSession, _ total: Progress) -> Outcome

  /// How to read the finished output again; nil where there is nothing more to read.
  func verification(
    output: Descriptor, input: Descriptor, _ outcome: Outcome, pool: WorkerPool
  ) throws -> Verification?

  /// One line about what was done.
  func summary(_ outcome: Outcome, input: String, output: String) -> String
}

extension FileOperation {
  func key(for input: FileStatus) -> UInt64? { nil }

  func outcome(of session: any BlockSession, _ total: Progress) -> Outcome {
    Outcome(plainBytes: total.plainBytes, archiveBytes: total.archiveBytes)
  }

  func verification(
    output: Descriptor, input: Descriptor, _ outcome: Outcome, pool: WorkerPool
  ) throws -> Verification? { nil }
}

/// Makes the key of a piece of work of everything that its output depends on.
enum WorkKey {
  /// Never 0.
  static func key(_ parts: [String], input: FileStatus) -> UInt64 {
    let time = input.raw.st_mtim
    let text = (parts + ["\(input.size)", "\(time.tv_sec).\(time.tv_nsec)"])
      .joined(separator: "\n")
    let hash = Array(text.utf8).withUnsafeBytes { XXH64.hash($0) }
    return hash == 0 ? 1 : hash
  }
}
