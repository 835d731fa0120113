import ArgumentParser
import FSComp

struct TestCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Check that archives decompress, and write nothing.")

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @OptionGroup var archives: ArchiveOperands

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(archives.files, input, decompression, codec, console)
  }

  static func perform(
    _ files: [String], _ input: InputFlags, _ decompression: DecompressionFlags,
    _ codec: CodecFlags, _ console: Console
  ) throws -> ExitStatus {
    let search = try input.search(files, accepts: \.isArchive)
    try AddressSpace.require(16 << 20)
    let options = try decompression.options(codec)
    let models = try Models.store(with: codec.model)
    Sandbox.readOnly(search.operands.map(\.input), models)
    let operation = Integrity(decompressor: Decompressor(models: models, options: options))
    let request = FileRequest(inputs: search.operands, destination: .nowhere)
    return try FileRunner(
      operation, request, threads: options.threads, console: console,
      status: search.report(to: console)
    ).run()
  }
}
