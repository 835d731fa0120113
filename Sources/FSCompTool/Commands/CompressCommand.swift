import ArgumentParser
import FSComp

struct CompressCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "compress", abstract: "Compress files: FILE becomes FILE.fsc.")

  @OptionGroup(title: "Output") var output: OutputFlags
  @OptionGroup(title: "Compression") var compression: CompressionFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Argument(
    help: .init("Files; - or none: standard input.", valueName: "file"), completion: .file())
  var files: [String] = []

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(files, output, compression, codec, console)
  }

  static func perform(
    _ files: [String], _ output: OutputFlags, _ compression: CompressionFlags, _ codec: CodecFlags,
    _ console: Console
  ) throws -> ExitStatus {
    let request = try output.request(files)
    let options = try compression.options(codec)
    let model = try Models.model(codec.model)

    var store = ModelStore(searchPath: [])
    store.add(model)
    var verification = DecompressionOptions()
    verification.threads = options.threads
    // What this process has just written, it may read back.
    verification.memoryLimit = 1 << 40
    console.detail(
      "model \(model.name) (\(model.id)), threads: \(options.threads), "
        + "blocks of \(NumberFormat.bytes(options.effectiveBlockSize)), or "
        + "\(NumberFormat.bytes(options.effectiveBlockSizeWithoutNetwork)) without the network")
    let operation = Compression(
      compressor: Compressor(model: model, options: options),
      decompressor: Decompressor(models: store, options: verification))
    return try FileRunner(operation, request, console: console).run()
  }
}
