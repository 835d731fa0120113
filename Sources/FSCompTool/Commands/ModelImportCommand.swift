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
    help: .init("Weights, or a run's checkpoint, in safetensors.", valueName: "weights"),
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
    let target = Path(argument: output)
    let parameters = try FloatModels.parameters(weights)
    let model: [UInt8]
    do {
      model = try Quantizer.modelFile(
        parameters, name: name ?? defaultName(target), provenance: provenance)
    } catch {
      throw FileError(Path(argument: weights), "\(error)")
    }
    try WholeFile.write(model, to: target, replacing: force)
    return .success
  }

  private func defaultName(_ target: Path) -> String {
    String(decoding: (target.removing(".fsm") ?? target).name, as: UTF8.self)
  }
}
