import ArgumentParser
import Training

struct ModelImportCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a model of the float weights of an FS-LSTM.",
    discussion: """
      The weights are quantized to the fixed-point formats of the predictor. The same weights, name \
      and provenance always give the same model, and the same id. To use it: -m PATH, or -m NAME \
      once it is in the search path.
      """)

  @Argument(
    help: .init("Weights in the safetensors format.", valueName: "weights"),
    completion: .file(extensions: ["safetensors"]))
  var weights: String

  @Option(
    name: .shortAndLong, help: .init("Write the model to this file.", valueName: "file"),
    completion: .file(extensions: ["fsm"]))
  var output: String

  @Option(help: "What to call the model (default: the output's name without suffix).")
  var name: String?

  @Option(help: .init("How the weights were trained; for people.", valueName: "text"))
  var provenance = ""

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func perform() throws -> ExitStatus {
    let input = Path(argument: weights)
    let target = Path(argument: output)
    let model: [UInt8]
    do {
      let weights = try FloatWeights(Safetensors(bytes: try FileContents.read(input)))
      model = try Quantizer.modelFile(
        weights, name: name ?? defaultName(target), provenance: provenance)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(input, "\(error)")
    }
    let file = try AtomicOutput(at: target, replacing: force)
    var sink = FileSink(file.descriptor)
    try model.withUnsafeBytes { try sink.write($0) }
    try file.commit(FileAttributes(), isDurable: false)
    return .success
  }

  private func defaultName(_ target: Path) -> String {
    String(decoding: (target.removing(".fsm") ?? target).name, as: UTF8.self)
  }
}
