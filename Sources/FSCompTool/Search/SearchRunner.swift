import FSComp
import Platform

/// Searches inputs, whose blocks share a pool of workers, and prints what it finds in their order.
///
/// A block of a later input is decoded when those before it have none to submit any more, so that
/// memory is bounded as it is for one input.
final class SearchRunner {
  private let settings: SearchSettings
  private let inputs: [Input]
  private let decompressor: Decompressor
  private let console: Console
  private let output = FileSink(.standardOutput)
  private let pool: WorkerPool

  /// Inputs that were begun and are not over, in their order.
  private var tasks: [SearchTask] = []
  /// The first input that was not begun.
  private var nextInput = 0
  private(set) var hasFound = false
  private(set) var hasFailed = false

  init(
    _ settings: SearchSettings, over inputs: [Input], _ decompressor: Decompressor, threads: Int,
    console: Console
  ) {
    self.settings = settings
    self.inputs = inputs
    self.decompressor = decompressor
    self.console = console
    pool = WorkerPool(width: threads)
  }

  /// - Throws: what writing throws. What is wrong with an input is said, and the others are searched.
  func run() throws {
    while true {
      try writeFinished()
      if tasks.isEmpty, nextInput == inputs.count { return }
      if !pool.isFull, try submitNext() { continue }
      if pool.inFlight > 0 { pool.wait(for: .milliseconds(100)) }
    }
  }

  /// Searches what is decoded of the first input, and of those behind it once it is over.
  private func writeFinished() throws {
    while let task = tasks.first {
      do {
        guard try task.advance() else { return }
        try task.search.finish()
      } catch let warning as FileWarning {
        console.warning(warning.error)
        try task.search.finish()
      } catch let error as FileError {
        // What was found before is said all the same.
        console.error(error)
        hasFailed = true
      }
      task.isOver = true
      tasks.removeFirst()
      if task.search.selectedCount > 0 { hasFound = true }
    }
  }

  /// Submits one more block, of the first input that has one; or begins another input. Returns
  /// whether there was something to do.
  private func submitNext() throws -> Bool {
    for task in tasks where !task.isOver {
      let submission = try task.submitNext {
        try self.writeFinished()
        if task.isOver { throw Abandoned() }
        return self.pool.inFlight > 0
      }
      if submission != .atEnd { return submission == .submitted }
    }
    guard nextInput < inputs.count, tasks.count <= 2 * pool.width + 2 else { return false }
    let input = inputs[nextInput]
    // To look at what comes through a pipe may take long: not before it is its turn.
    if !tasks.isEmpty, input.status?.kind != .regular { return false }
    nextInput += 1
    let search = LineSearch(settings, name: input.bytes, output: output)
    tasks.append(SearchTask(input, search, decompressor, pool))
    return true
  }
}

/// Thrown out of the reading of an input of which no more is wanted.
private struct Abandoned: Error {}

/// The search of one input.
private final class SearchTask {
  private enum Work {
    case archive(DecompressionSession<FileSource, LineSink>, FileSource)
    case plain(FileSource)
    case nothing
    case failed(any Error)
  }

  private let input: Input
  let search: LineSearch
  private let lines: LineSink
  private let work: Work
  private var isAtEnd = false
  /// Whether nothing more will be done.
  var isOver = false

  init(_ input: Input, _ search: LineSearch, _ decompressor: Decompressor, _ pool: WorkerPool) {
    self.input = input
    self.search = search
    lines = LineSink(consume: search.search)
    do {
      guard !search.isDone else {
        work = .nothing
        return
      }
      let source = try FileSource(input.open().descriptor)
      if try source.peek(FrameHeader.magic.count) == FrameHeader.magic {
        work = .archive(decompressor.session(from: source, to: lines, on: pool), source)
      } else {
        work = .plain(source)
      }
    } catch {
      work = .failed(error)
    }
  }

  /// - Throws: only what `idle` throws, unless that is `Abandoned`.
  func submitNext(whileWaiting idle: InputBuffer.Idle) throws -> Submission {
    guard !isAtEnd, case .archive(let session, _) = work else { return .atEnd }
    do {
      let submission = try session.submitNext(whileWaiting: idle)
      if submission == .atEnd { isAtEnd = true }
      return submission
    } catch is Abandoned {
      return .atEnd
    }
  }

  /// Searches what is decoded, when it is this input's turn. Returns whether it is over.
  /// - Throws: `FileError` or `FileWarning` if it is over, and what writing throws.
  func advance() throws -> Bool {
    do {
      switch work {
      case .failed(let error): throw error
      case .nothing: return true
      case .plain(let source): try pass(source)
      case .archive(let session, _):
        _ = try session.writeFinished()
        guard isAtEnd, session.inFlight == 0 else { return false }
        _ = try session.finish()
      }
      try lines.finish()
    } catch is EnoughRead {
    } catch let error as ArchiveError where error.kind == .trailingData {
      try endingEarly { try lines.finish() }
      throw FileWarning(input.name, "\(error); ignored")
    } catch let error as ArchiveError {
      guard case .archive(_, let source) = work else { throw error }
      throw FileError(input.name, error.message(head: source.head))
    }
    return true
  }

  private func endingEarly(_ body: () throws -> Void) throws {
    do { try body() } catch is EnoughRead {}
  }

  private func pass(_ source: FileSource) throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
      guard count > 0 else { return }
      try buffer.withUnsafeBytes { try lines.write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
