import FSComp
import Platform

/// What the user asked to be done with which files.
struct FileRequest {
  var inputs: [Operand]
  /// Nil: an output for each input; standard output for standard input.
  var destination: Destination?
  var placement = Placement.beside
  var isForced = false
  var removesInputs = false
  /// Leave what is written of an output when its work fails, to be gone on with.
  var keepsUnfinished = false
  /// Go on with what an earlier run has left.
  var resumes = true
  var isSparse = false
  /// What is no archive is passed through to standard output.
  var passesForeign = false

  /// Bytes in the largest input; nil if that is not known of one.
  var largestInput: Int? {
    inputs.reduce(0 as Int?) { largest, operand in
      guard let largest, let status = operand.input.status, status.kind == .regular else {
        return nil
      }
      return max(largest, status.size)
    }
  }

  var writesOnlyStandardOutput: Bool {
    destination == .standardOutput
      || destination == nil && inputs.allSatisfy { $0.input == .standardInput }
  }

  var writesStandardOutput: Bool {
    destination == .standardOutput
      || destination == nil && inputs.contains { $0.input == .standardInput }
  }
}

/// Runs one operation over all inputs, whose blocks share a pool of workers. Outputs are written in
/// the order of the inputs where they share a destination, and each as soon as it is done where
/// they do not. An input that fails is reported, and the others go on.
final class FileRunner<Operation: FileOperation> {
  private let operation: Operation
  private let request: FileRequest
  private let console: Console
  private let meter: ProgressMeter
  private let pool: WorkerPool
  private let identities: Set<FileStatus.Identity>

  private var tasks: [FileTask] = []
  /// The first input that was not begun.
  private var nextInput = 0
  /// The one output of all inputs, if there is one.
  private var joint: Output?
  /// Whether the joint output can no longer be what it should.
  private var isBroken = false
  private var status: ExitStatus
  private var workload: Workload
  /// Summaries come in the order of the inputs: those that are done, and the next that may be said.
  private var summaries: [Int: String] = [:]
  private var nextSummary = 0
  /// The outputs that inputs have been given.
  private var targets: Set<Path> = []

  /// - Parameter status: what came of finding the inputs.
  init(
    _ operation: Operation, _ request: FileRequest, threads: Int, console: Console,
    status: ExitStatus = .success
  ) {
    self.operation = operation
    self.request = request
    self.console = console
    self.status = status
    pool = WorkerPool(width: threads)
    let statuses = request.inputs.map(\.input.status)
    identities = Set(
      zip(request.inputs, statuses).compactMap { operand, status in status?.identity })
    workload = Workload(
      sizes: zip(request.inputs, statuses).map { operand, status in
        guard let status, status.kind == .regular else { return nil }
        return operand.input == .standardInput
          ? Input.remainingBytes(.standardInput, status) : status.size
      })
    meter = ProgressMeter(
      console: console,
      isDisplayed: console.showsProgress(writesStandardOutput: request.writesStandardOutput))
  }

  /// - Throws: `ClosedPipe` when nobody reads the output any more.
  func run() throws -> ExitStatus {
    guard !request.inputs.isEmpty else { return status }
    meter.begin(snapshot)
    defer { meter.end() }
    do {
      if let destination = request.destination {
        // A single input may be gone on with; its task opens the output.
        if request.inputs.count > 1 || destination == .nowhere {
          joint = try Output(destination, reading: identities, permissions(key: nil))
        }
      }
      try runTasks()
      if isBroken {
        joint?.abandon()
        return .failure
      }
      if let joint { try joint.commit(FileAttributes(), isDurable: false) }
    } catch let error as FileError {
      console.error(error)
      return .failure
    }
    if pool.lacksThreads, console.verbosity >= .verbose {
      console.say(line: "fscomp: the system had no thread to give: worked with fewer")
    }
    console.detail("\(ProcessUsage.current)")
    return status
  }

  private func runTasks() throws {
    while !isBroken {
      try writeFinished()
      if isBroken { return }
      if !pool.isFull, try submitNext() { continue }
      if tasks.isEmpty, nextInput == request.inputs.count { return }
      if pool.inFlight > 0 { pool.wait(for: .milliseconds(100)) }
      report()
    }
  }

  /// Writes what is done, and ends the tasks that are.
  private func writeFinished() throws {
    // One by one, since a task that ends leaves the list.
    for task in tasks {
      if isOrdered, task !== tasks.first { break }
      try reporting(task) {
        while try advance(task) {}
      }
    }
    report()
  }

  /// Whether outputs have to wait for each other.
  private var isOrdered: Bool { joint?.descriptor != nil }

  /// Submits one more block, of the first input that has one; or opens another input. Returns
  /// whether there was something to do.
  private func submitNext() throws -> Bool {
    for task in tasks where !task.isAtEnd {
      var hasRoom = true
      try reporting(task) {
        let submission = try task.session.submitNext {
          try self.writeFinished()
          if task.isOver { throw Abandoned() }
          return self.pool.inFlight > 0
        }
        if submission == .atEnd { task.isAtEnd = true }
        // Those behind it wait, too: it comes first.
        hasRoom = submission != .noRoom
      }
      return hasRoom
    }
    // What is at its end and waits for its turn takes no block.
    guard nextInput < request.inputs.count, tasks.count <= 2 * pool.width + 2 else { return false }
    let index = nextInput
    nextInput += 1
    let operand = request.inputs[index]
    do {
      tasks.append(try begin(operand, index))
    } catch {
      try complain(error, operand.input)
      drop(index)
      if joint?.isAtomic == true, !(error is FileWarning) { isBroken = true }
    }
    return true
  }

  // MARK: - One input

  private func begin(_ operand: Operand, _ index: Int) throws -> FileTask {
    let input = operand.input
    if let kind = input.status?.kind {
      if kind == .folder {
        throw FileWarning(input.name, "is a directory; skipped (-r takes what is in it)")
      }
      if request.destination == nil, case .file = input, kind != .regular {
        throw FileWarning(input.name, "is not a regular file; skipped")
      }
    }
    let opened = try open(input)
    let output = try joint ?? self.output(for: operand, opened)
    let removedPath = try removedPath(input, output)
    let source = FileSource(opened.descriptor)
    let sink = FileSink(
      output.descriptor, isSparse: request.isSparse && output.isAtomic && joint == nil)
    var transfer = FileTransfer(source: source, sink: sink, pool: pool)
    transfer.passesForeign = request.passesForeign && output.destination == .standardOutput
    if console.verbosity > .verbose {
      transfer.observer = BlockReport(input.name, console).observer
    }
    if output.leftover > 0, let descriptor = output.descriptor {
      if request.resumes { transfer.leftover = descriptor } else { try sink.keep(first: 0) }
    }
    return FileTask(
      input: input, index: index, opened: opened, output: output, removedPath: removedPath,
      source: source, sink: sink, session: try operation.session(transfer))
  }

  private func output(for operand: Operand, _ opened: FileTask.Opened) throws -> Output {
    let key = opened.status.kind == .regular && operand.input != .standardInput
      ? operation.key(for: opened.status) : nil
    if let destination = request.destination {
      return try Output(destination, reading: identities, permissions(key: key))
    }
    guard case .file(let path) = operand.input else {
      return try Output(.standardOutput, reading: identities, permissions(key: nil))
    }
    if path.isStandardStream {
      throw FileError(path, "has no name to derive one from (-c or -o says where to write)")
    }
    let target = try request.placement.place(
      operation.target(for: path, isForced: request.isForced))
    guard targets.insert(target).inserted else {
      throw FileError(target, "is the output of another input, too")
    }
    return try Output(.file(target), reading: identities, permissions(key: key))
  }

  private func permissions(key: UInt64?) -> OutputPermissions {
    OutputPermissions(
      isForced: request.isForced, isBinary: operation.writesArchive, key: key,
      keepsUnfinished: request.keepsUnfinished)
  }

  private func open(_ input: Input) throws -> FileTask.Opened {
    let opened = try input.open()
    if operation.direction == .decompressing, opened.descriptor.isTerminal {
      throw FileError(input.name, "is a terminal; compressed data is not read from one")
    }
    return opened
  }

  /// The file to remove at the end; nil to keep it.
  /// - Throws: `FileError` if it was asked for and would not be safe.
  private func removedPath(_ input: Input, _ output: Output) throws -> Path? {
    guard request.removesInputs, case .file(let path) = input else { return nil }
    guard output.isAtomic else {
      throw FileError(output.name, "is not a regular file: with --rm the data would be lost")
    }
    guard try FileStatus(of: path, followingLinks: false)?.kind == .regular else {
      throw FileError(path, "is not a regular file: --rm removes nothing else")
    }
    return path
  }

  /// Writes what is done of a task, and goes on to its next stage when all is. Returns whether
  /// there is another one.
  private func advance(_ task: FileTask) throws -> Bool {
    try task.session.writeFinished()
    guard task.isAtEnd, task.session.inFlight == 0 else { return false }
    if let check = task.check {
      _ = try task.session.finish()
      try check()
      try complete(task)
      return false
    }
    let outcome = try outcome(of: task)
    task.outcome = outcome
    try task.sink.finish()
    if task.removedPath != nil, outcome.trailing == nil, let descriptor = task.output.descriptor,
      let verification = try operation.verification(
        output: descriptor, input: task.opened.descriptor, outcome, pool: pool)
    {
      task.session = verification.session
      task.check = verification.check
      task.isAtEnd = false
      return false
    }
    try complete(task)
    return false
  }

  private func outcome(of task: FileTask) throws -> Outcome {
    var outcome: Outcome
    do {
      outcome = operation.outcome(of: task.session, try task.session.finish())
    } catch let error as ArchiveError where error.kind == .trailingData {
      outcome = operation.outcome(of: task.session, task.session.progress)
      outcome.trailing = error
    }
    for range in outcome.lost {
      console.error("\(task.input.name): \(range.report)")
    }
    if !outcome.lost.isEmpty, outcome.plainBytes == 0 {
      throw FileError(task.input.name, "nothing could be recovered")
    }
    return outcome
  }

  /// Gives the output its name and, where that was asked for, takes the input away.
  private func complete(_ task: FileTask) throws {
    guard let outcome = task.outcome else { return }
    if joint == nil {
      let attributes =
        task.opened.status.kind == .regular && task.input != .standardInput
        ? FileAttributes(of: task.opened.status) : FileAttributes()
      let removed = outcome.trailing == nil ? task.removedPath : nil
      try task.output.commit(attributes, isDurable: removed != nil)
      if let removed { try remove(removed, task.opened.status) }
    }
    end(task)
    workload.finish(
      task.index, Progress(plainBytes: outcome.plainBytes, archiveBytes: outcome.archiveBytes),
      operation.direction)
    if let trailing = outcome.trailing {
      console.warning(FileError(task.input.name, "\(trailing); ignored"))
    }
    if outcome.trailing != nil || !outcome.lost.isEmpty { status.combine(.warning) }
    summarize(task, outcome)
  }

  private func remove(_ path: Path, _ status: FileStatus) throws {
    let now = try FileStatus(of: path, followingLinks: false)
    guard let now, now.isUnchanged(since: status) else {
      throw FileError(path, "has changed meanwhile; not removed")
    }
    guard path.withCString({ unlink($0) }) == 0 else { throw FileError(path) }
  }

  private func drop(_ index: Int) {
    workload.drop(index)
    summarize(index, "")
  }

  private func end(_ task: FileTask) {
    task.isOver = true
    tasks.removeAll { $0 === task }
  }

  // MARK: - What is said

  private func summarize(_ task: FileTask, _ outcome: Outcome) {
    // A filter says nothing unless asked to.
    guard task.output.destination != .standardOutput || console.verbosity >= .verbose else {
      return summarize(task.index, "")
    }
    var line = operation.summary(outcome, input: task.input.name, output: task.output.name)
    if console.verbosity >= .verbose {
      let elapsed = ContinuousClock.now - task.start
      line += " in \(elapsed.elapsedText), \(NumberFormat.rate(outcome.plainBytes, in: elapsed))"
    }
    if task.sink.kept > 0 { line += ", going on after \(NumberFormat.bytes(task.sink.kept))" }
    summarize(task.index, line)
  }

  /// - Parameter line: empty where there is nothing to say.
  private func summarize(_ index: Int, _ line: String) {
    summaries[index] = line
    while let line = summaries.removeValue(forKey: nextSummary) {
      nextSummary += 1
      if !line.isEmpty { console.summary(line) }
    }
  }

  /// Runs `body` for a task, which ends if it throws.
  private func reporting(_ task: FileTask, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch is Abandoned {
      // Has been reported.
    } catch {
      try complain(error, task.input, head: task.source.head)
      drop(task.index)
      end(task)
      if let joint {
        // A file that names several inputs holds all of them or does not appear.
        isBroken =
          joint.isAtomic || !operation.survivesPartialOutput && task.sink.byteCount > 0
      } else {
        task.output.abandon()
      }
    }
  }

  /// Reports an error, except that nobody reads any more.
  private func complain(_ error: any Error, _ input: Input, head: [UInt8] = []) throws {
    switch error {
    case let error as ClosedPipe: throw error
    case let warning as FileWarning:
      console.warning(warning.error)
      return status.combine(.warning)
    case let error as FileError: console.error(error)
    case let error as ArchiveError:
      console.error(FileError(input.name, error.message(head: head)))
    default: console.error(FileError(input.name, "\(error)"))
    }
    status.combine(.failure)
  }

  private func report() {
    meter.update(snapshot)
  }

  /// Of all inputs together.
  private var snapshot: ProgressSnapshot {
    let index = tasks.first?.index ?? min(nextInput, request.inputs.count - 1)
    // Reading back is no progress of its own.
    let active = tasks.filter { $0.check == nil }.map(\.session.progress)
    let done = workload.progress(with: active)
    return ProgressSnapshot(
      name: request.inputs[index].input.name, index: index + 1, count: request.inputs.count,
      direction: operation.direction, totalBytes: workload.totalBytes,
      plainBytes: done.plainBytes, archiveBytes: done.archiveBytes)
  }
}

/// Whoever waited for input need not any more: the task has ended.
private struct Abandoned: Error {}

extension ArchiveError {
  /// For people: what to do about it, and what the file is instead.
  func message(head: [UInt8]) -> String {
    let place = block.map { "block \($0) (archive offset \(offset))" } ?? "archive offset \(offset)"
    switch kind {
    case .memoryLimit(let needed, let limit):
      return "\(place): needs \(NumberFormat.bytes(needed)) of memory, more than the limit of "
        + "\(NumberFormat.bytes(limit)) (--memory raises it)"
    case .notAnArchive:
      guard let format = ForeignFormat.name(of: head) else { return "\(self)" }
      return "\(self): it is \(format)"
    default: return "\(self)"
    }
  }
}

extension LostRange {
  /// "lost: archive bytes 100-199, plain bytes 1000-1999 (reason)".
  var report: String {
    func range(from first: Int, count: Int) -> String { "\(first)-\(first + max(1, count) - 1)" }
    var text =
      "lost: archive bytes " + range(from: archive.lowerBound, count: archive.count)
    switch (plainOffset, plainSize) {
    case (let offset?, let size?): text += ", plain bytes " + range(from: offset, count: size)
    case (let offset?, nil): text += ", plain bytes from \(offset)"
    case (nil, let size?): text += ", \(size) plain bytes"
    case (nil, nil): break
    }
    return text + " (\(reason))"
  }
}
