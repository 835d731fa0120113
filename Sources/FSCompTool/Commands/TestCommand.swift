import ArgumentParser
import FSComp

struct TestCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Check that archives decompress, and write nothing.")

  @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Argument(
    help: .init("Archives; - or none: standard input.", valueName: "file"),
    completion: .file(extensions: ["fsc"]))
  var files: [String] = []

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(files, decompression, codec, console)
  }

  static func perform(
    _ files: [String], _ decompression: DecompressionFlags, _ codec: CodecFlags,
    _ console: Console
  ) throws -> ExitStatus {
    let operation = Integrity(
      decompressor: Decompressor(
        models: try Models.store(with: codec.model), options: decompression.options(codec)))
    let request = FileRequest(inputs: files.inputs, destination: .nowhere)
    return try FileRunner(operation, request, console: console).run()
  }
}
