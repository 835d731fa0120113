import FSComp
import Platform

/// What the user asked to be done with which files.
struct FileRequest {
  var inputs: [Input]
  /// Nil: beside each input; standard output for standard input.
  var destination: Destination?
  var isForced = false
  var removesInputs = false

  var writesStandardOutput: Bool {
    destination == .standardOutput || destination == nil && inputs.contains(.standardInput)
  }
}

/// Runs one operation over all inputs. An input that fails is reported and the next one is tried.
struct FileRunner<Operation: FileOperation> {
  let operation: Operation
  let request: FileRequest
  let console: Console
  private let meter: ProgressMeter

  init(_ operation: Operation, _ request: FileRequest, console: Console) {
    self.operation = operation
    self.request = request
    self.console = console
    meter = ProgressMeter(
      console: console,
      isDisplayed: console.showsProgress(writesStandardOutput: request.writesStandardOutput))
  }

  /// - Throws: `ClosedPipe` when nobody reads the output any more.
  func run() throws -> ExitStatus {
    if let destination = request.destination {
      return try runJointly(to: destination)
    }
    var status = ExitStatus.success
    for (index, input) in request.inputs.enumerated() {
      status.combine(
        try reporting(input) {
          try runAlone(input, index)
        })
    }
    return status
  }

  // MARK: - One output for all inputs

  private func runJointly(to destination: Destination) throws -> ExitStatus {
    let isAlone = request.inputs.count == 1
    var status = ExitStatus.success
    do {
      let output = try Output(destination, reading: request.inputs, permissions)
      for (index, input) in request.inputs.enumerated() {
        var sink = FileSink(output.descriptor)
        let inputStatus = try reporting(input) {
          let opened = try open(input)
          return try transfer(input, opened, index, &sink, output, completes: isAlone)
        }
        status.combine(inputStatus)
        // A file that names several inputs holds all of them or does not appear.
        let isBroken = output.isAtomic || !operation.survivesPartialOutput && sink.byteCount > 0
        if inputStatus == .failure, isBroken {
          output.abandon()
          return .failure
        }
      }
      if !isAlone { try output.commit(FileAttributes(), isDurable: false) }
    } catch let error as FileError {
      console.error(error)
      return .failure
    }
    return status
  }

  // MARK: - An output for each input

  private func runAlone(_ input: Input, _ index: Int) throws -> ExitStatus {
    guard case .file(let path) = input else {
      let output = try Output(.standardOutput, reading: [input], permissions)
      var sink = FileSink(output.descriptor)
      return try transfer(input, open(input), index, &sink, output, completes: true)
    }
    if let kind = input.status?.kind, kind != .regular, kind != .folder {
      console.warning(FileError(input.name, "is not a regular file; skipped"))
      return .warning
    }
    let opened = try open(input)
    let target = try operation.target(for: path)
    let output = try Output(.file(target), reading: [input], permissions)
    var sink = FileSink(output.descriptor)
    return try transfer(input, opened, index, &sink, output, completes: true)
  }

  // MARK: - Both

  private typealias Opened = (descriptor: Descriptor, status: FileStatus)

  private var permissions: OutputPermissions {
    OutputPermissions(isForced: request.isForced, isBinary: operation.writesArchive)
  }

  private func open(_ input: Input) throws -> Opened {
    let opened = try input.open()
    if operation.direction == .decompressing, opened.descriptor.isTerminal {
      throw FileError(input.name, "is a terminal; compressed data is not read from one")
    }
    return opened
  }

  /// - Parameter completes: whether this input is all that the output holds.
  private func transfer(
    _ input: Input, _ opened: Opened, _ index: Int, _ sink: inout FileSink, _ output: Output,
    completes: Bool
  ) throws -> ExitStatus {
    let removedPath = try removedPath(input, output)
    meter.begin(
      ProgressSnapshot(
        name: input.name, index: index + 1, count: request.inputs.count,
        direction: operation.direction,
        totalBytes: Input.remainingBytes(opened.descriptor, opened.status)))
    defer { meter.end() }
    var source = FileSource(opened.descriptor)
    let outcome = try operation.run(&source, &sink, progress: meter.update)

    for range in outcome.lost {
      console.error("\(input.name): \(range.report)")
    }
    if !outcome.lost.isEmpty, outcome.plainBytes == 0 {
      throw FileError(input.name, "nothing could be recovered")
    }
    if completes {
      try complete(input, opened, outcome, output, removing: removedPath)
    }
    let elapsed = meter.end()
    summarize(outcome, input, output, elapsed)
    return outcome.lost.isEmpty ? .success : .warning
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

  /// Gives the output its name and, where that was asked for, takes the input away.
  private func complete(
    _ input: Input, _ opened: Opened, _ outcome: Outcome, _ output: Output,
    removing removedPath: Path?
  ) throws {
    let attributes =
      opened.status.kind == .regular && input != .standardInput
      ? FileAttributes(of: opened.status) : FileAttributes()
    guard let removedPath, let descriptor = output.descriptor else {
      return try output.commit(attributes, isDurable: false)
    }
    try operation.verify(output: descriptor, input: opened.descriptor, outcome)
    try output.commit(attributes, isDurable: true)
    let now = try FileStatus(of: removedPath, followingLinks: false)
    guard let now, now.isUnchanged(since: opened.status) else {
      throw FileError(removedPath, "has changed meanwhile; not removed")
    }
    guard removedPath.withCString({ unlink($0) }) == 0 else { throw FileError(removedPath) }
  }

  private func summarize(
    _ outcome: Outcome, _ input: Input, _ output: Output, _ elapsed: Duration
  ) {
    // A filter says nothing unless asked to.
    guard output.destination != .standardOutput || console.verbosity >= .verbose else { return }
    var line = operation.summary(outcome, input: input.name, output: output.name)
    if console.verbosity >= .verbose {
      line += " in \(elapsed.elapsedText), \(NumberFormat.rate(outcome.plainBytes, in: elapsed))"
    }
    console.summary(line)
  }

  /// Runs `body` for one input and reports what it throws, except that nobody reads any more.
  private func reporting(_ input: Input, _ body: () throws -> ExitStatus) throws -> ExitStatus {
    do {
      return try body()
    } catch let error as ClosedPipe {
      throw error
    } catch let error as FileError {
      console.error(error)
    } catch let error as ArchiveError {
      var message = "\(error)"
      if case .memoryLimit = error.kind { message += " (--memory raises it)" }
      console.error(FileError(input.name, message))
    } catch {
      console.error(FileError(input.name, "\(error)"))
    }
    return .failure
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
