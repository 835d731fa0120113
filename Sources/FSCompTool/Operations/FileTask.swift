import FSComp

/// The work on one input.
final class FileTask {
  typealias Opened = (descriptor: Descriptor, status: FileStatus)

  let input: Input
  /// Its place among the inputs, from 0.
  let index: Int
  let opened: Opened
  let output: Output
  /// To be removed at the end; nil to keep it.
  let removedPath: Path?
  let source: FileSource
  let sink: FileSink
  /// The coding, and then, if the input is to be removed, the reading back.
  var session: any BlockSession
  /// Set while reading back: throws at the end unless all was as it should be.
  var check: (() throws -> Void)?
  /// Of the coding, once it has ended.
  var outcome: Outcome?
  /// Whether the session has no other block to submit.
  var isAtEnd = false
  /// Whether nothing more will be done.
  var isOver = false
  let start = ContinuousClock.now

  init(
    input: Input, index: Int, opened: Opened, output: Output, removedPath: Path?,
    source: FileSource, sink: FileSink, session: any BlockSession
  ) {
    self.input = input
    self.index = index
    self.opened = opened
    self.output = output
    self.removedPath = removedPath
    self.source = source
    self.sink = sink
    self.session = session
  }
}

/// How much there is to do in all inputs, and how much is done.
struct Workload {
  /// Of the inputs, in bytes; nil where that is not known.
  private var sizes: [Int?]
  private var unknownCount: Int
  private var knownBytes: Int
  private var finished = Progress()

  init(sizes: [Int?]) {
    self.sizes = sizes
    unknownCount = sizes.count { $0 == nil }
    knownBytes = sizes.reduce(0) { $0 + ($1 ?? 0) }
  }

  /// Nil while that of an input is not known.
  var totalBytes: Int? { unknownCount == 0 ? knownBytes : nil }

  /// Takes note that nothing will come of an input.
  mutating func drop(_ index: Int) { settle(index, 0) }

  mutating func finish(
    _ index: Int, _ total: Progress, _ direction: ProgressSnapshot.Direction
  ) {
    settle(index, direction == .compressing ? total.plainBytes : total.archiveBytes)
    finished.plainBytes += total.plainBytes
    finished.archiveBytes += total.archiveBytes
  }

  private mutating func settle(_ index: Int, _ byteCount: Int) {
    if let size = sizes[index] { knownBytes -= size } else { unknownCount -= 1 }
    knownBytes += byteCount
    sizes[index] = byteCount
  }

  /// What was done of the inputs that are finished and of those that are not.
  func progress(with active: [Progress]) -> Progress {
    active.reduce(finished) { sum, next in
      Progress(
        plainBytes: sum.plainBytes + next.plainBytes,
        archiveBytes: sum.archiveBytes + next.archiveBytes)
    }
  }
}
