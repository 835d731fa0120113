import ArgumentParser
import FSComp

struct CompressCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "compress", abstract: "Compress files: FILE becomes FILE.fsc.")

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Output") var output: OutputFlags
  @OptionGroup(title: "Compression") var compression: CompressionFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Argument(
    help: .init("Files; - or none: standard input.", valueName: "file"), completion: .file())
  var files: [String] = []

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(files, input, output, compression, codec, console)
  }

  static func perform(
    _ files: [String], _ input: InputFlags, _ output: OutputFlags,
    _ compression: CompressionFlags, _ codec: CodecFlags, _ console: Console
  ) throws -> ExitStatus {
    // What is compressed already does not get smaller.
    let search = try input.search(files) { path in path.removing(Compression.suffix) == nil }
    let request = try output.request(search.operands)
    var options = try compression.options(codec)
    try AddressSpace.require(16 << 20)
    let model = try Models.model(codec.model)
    options.threads = try AddressSpace.threads(
      options.threads,
      eachTaking: Compressor(model: model, options: options).memoryPerBlock(
        mostBytes: request.largestInput))

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
      decompressor: Decompressor(models: store, options: verification),
      settings: options.flushAfter == nil
        ? [
          "\(model.id)", "\(options.level.number)", "\(options.effectiveBlockSize)",
          "\(options.effectiveBlockSizeWithoutNetwork)", "\(options.lanes ?? 0)",
          "\(options.network ?? options.level.network)", "\(options.indexesLines)",
        ] : nil)
    return try FileRunner(
      operation, request, threads: options.threads, console: console,
      status: search.report(to: console)
    ).run()
  }
}
