import ArgumentParser
import FSComp

struct CatCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Write what archives hold, or a part of it, to standard output.",
    discussion: """
      With --range only the index and the blocks that hold the range are read. So it is for --lines \
      where an index of lines was stored, by 'fscomp compress --index lines'; any other archive is \
      read from its beginning to the last of the lines. Several archives are one after \
      the other, each with its range.
      """)

  @Option(
    help: .init(
      "These bytes of what was compressed: 1G+64K, or 1G+ up to the end.",
      valueName: "offset+count"),
    transform: ByteRange.init)
  var range: ByteRange?

  @Option(
    help: .init("These lines: 100-200, 100- up to the end, or 100 alone.", valueName: "a-b"),
    transform: LineRange.init)
  var lines: LineRange?

  @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @OptionGroup var archives: ArchiveOperands

  var console: Console { messages.console }

  func validate() throws {
    if range != nil, lines != nil {
      throw ValidationError("--range and --lines exclude each other")
    }
  }

  func perform() throws -> ExitStatus {
    let inputs = archives.files.isEmpty ? [.standardInput] : archives.files.map(Input.init(argument:))
    let models = try Models.store(with: codec.model)
    let options = try decompression.options(codec)
    Sandbox.readOnly(inputs, models)
    let sink = FileSink(.standardOutput)
    if let range {
      return try each(inputs) { try Self.write(range, of: $0, to: sink, models, options) }
    }
    let decompressor = Decompressor(models: models, options: options)
    if let lines {
      let content = PlainContent(decompressor: decompressor, console: console)
      return try each(inputs) {
        if try !Self.writeIndexed(lines, of: $0, to: sink, models, options) {
          try Self.write(lines, of: $0, to: sink, content)
        }
      }
    }
    let operation = Decompression(decompressor: decompressor)
    let request = FileRequest(
      inputs: inputs.map(Operand.init(input:)), destination: .standardOutput)
    return try FileRunner(
      operation, request, threads: options.threads, console: console
    ).run()
  }

  /// Goes on after an error with one of them.
  private func each(_ inputs: [Input], _ body: (Input) throws -> Void) throws -> ExitStatus {
    var status = ExitStatus.success
    for input in inputs {
      do {
        try body(input)
      } catch let error as FileError {
        console.error(error)
        status.combine(.failure)
      }
    }
    return status
  }

  private static func write(
    _ range: ByteRange, of input: Input, to sink: FileSink, _ models: ModelStore,
    _ options: DecompressionOptions
  ) throws {
    var sink = sink
    try naming(input) {
      let reader = try RandomAccessReader(
        RandomFile(input.open().descriptor), models: models, options: options)
      try reader.write(range.bytes, to: &sink)
    }
  }

  /// Returns whether it could: not of what has no index of lines, or cannot be read from anywhere.
  private static func writeIndexed(
    _ range: LineRange, of input: Input, to sink: FileSink, _ models: ModelStore,
    _ options: DecompressionOptions
  ) throws -> Bool {
    guard let file = try? RandomFile(input.open().descriptor),
      let reader = try? RandomAccessReader(file, models: models, options: options),
      reader.map.countsLines
    else { return false }
    let (bytes, newlinesBefore) = reader.map.plainBytes(holdingLines: range.lines)
    var lines = LineRangeSink(range, from: newlinesBefore, to: sink)
    try naming(input) {
      do {
        try reader.write(bytes, to: &lines)
      } catch is EnoughRead {
      }
    }
    return true
  }

  private static func naming(_ input: Input, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ArchiveError {
      let head = try input.open().descriptor.read(at: 0, count: 16)
      throw FileError(input.name, error.message(head: head))
    }
  }

  private static func write(
    _ range: LineRange, of input: Input, to sink: FileSink, _ content: PlainContent
  ) throws {
    do {
      try content.write(archive: input, to: LineRangeSink(range, to: sink))
    } catch is EnoughRead {
    }
  }
}
