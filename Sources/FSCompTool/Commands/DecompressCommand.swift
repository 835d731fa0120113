import ArgumentParser
import FSComp

struct DecompressCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompress", abstract: "Decompress files: FILE.fsc becomes FILE.")

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Output") var output: OutputFlags
  @OptionGroup(title: "Decompression") var decompression: DecompressionFlags
  @OptionGroup(title: "Decompression") var salvage: SalvageFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @OptionGroup var archives: ArchiveOperands

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(archives.files, input, output, decompression, salvage, codec, console)
  }

  static func perform(
    _ files: [String], _ input: InputFlags, _ output: OutputFlags,
    _ decompression: DecompressionFlags, _ salvage: SalvageFlags, _ codec: CodecFlags,
    _ console: Console
  ) throws -> ExitStatus {
    let search = try input.search(files, accepts: \.isArchive)
    var request = try output.request(search.operands)
    request.isSparse = decompression.sparse
    request.passesForeign = request.isForced && !salvage.salvage
    if salvage.salvage, request.removesInputs {
      throw UsageError("--rm does not remove what had to be salvaged")
    }
    try AddressSpace.require(16 << 20)
    let options = try decompression.options(codec)
    console.detail(
      "threads: \(options.threads), memory for blocks: \(NumberFormat.bytes(options.memoryLimit))")
    let models = try Models.store(with: codec.model)
    if request.writesOnlyStandardOutput {
      Sandbox.readOnly(request.inputs.map(\.input), models)
    } else {
      Sandbox.filesOnly()
    }
    let operation = Decompression(
      decompressor: Decompressor(models: models, options: options), isSalvage: salvage.salvage)
    return try FileRunner(
      operation, request, threads: options.threads, console: console,
      status: search.report(to: console)
    ).run()
  }
}
