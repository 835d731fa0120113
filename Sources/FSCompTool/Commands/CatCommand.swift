import ArgumentParser
import FSComp

struct CatCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Write what archives hold, or a part of it, to standard output.",
    discussion: """
      With --range only the index and the blocks that hold the range are read. Several archives \
      are one after the other, each with its range.
      """)

  @Option(
    help: .init(
      "These bytes of what was compressed: 1G+64K, or 1G+ up to the end.",
      valueName: "offset+count"),
    transform: ByteRange.init)
  var range: ByteRange?

  @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Argument(
    help: .init("Archives; - or none: standard input.", valueName: "file"),
    completion: .file(extensions: ["fsc"]))
  var files: [String] = []

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    let inputs = files.isEmpty ? [.standardInput] : files.map(Input.init(argument:))
    let models = try Models.store(with: codec.model)
    let options = try decompression.options(codec)
    guard let range else {
      let operation = Decompression(decompressor: Decompressor(models: models, options: options))
      let request = FileRequest(
        inputs: inputs.map(Operand.init(input:)), destination: .standardOutput)
      return try FileRunner(
        operation, request, threads: options.threads, console: console
      ).run()
    }
    var status = ExitStatus.success
    var sink = FileSink(.standardOutput)
    for input in inputs {
      do {
        let file = try RandomFile(input.open().descriptor)
        do {
          let reader = try RandomAccessReader(file, models: models, options: options)
          try reader.write(range.bytes, to: &sink)
        } catch let error as ArchiveError {
          let head = try input.open().descriptor.read(at: 0, count: 16)
          throw FileError(input.name, error.message(head: head))
        }
      } catch let error as FileError {
        console.error(error)
        status.combine(.failure)
      }
    }
    return status
  }
}
