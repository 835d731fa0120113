import ArgumentParser
import ContextMixing
import Model
import Training

struct ModelImportCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a model of the float weights of a network.",
    discussion: """
      The weights are quantized to the fixed-point formats of the predictor. Networks are FS-RNNs \
      of LSTMs, or those of training/ whose cells are lstm, mingru:tanh, minlstm:tanh or \
      diagonal-gru. The same weights and \
      texts always give the same model, and the same id. To use it: -m PATH, or -m NAME once it is \
      in the search path.
      """)

  @Argument(
    help: .init("Weights, or a run's checkpoint, in safetensors.", valueName: "weights"),
    completion: .file(extensions: ["safetensors"]))
  var weights: String

  @Option(
    name: .shortAndLong, help: .init("Write the model to this file.", valueName: "file"),
    completion: .file(extensions: ["fsm"]))
  var output: String

  @Option(
    help: .init(
      "Take what mixers begin with from this model (default: the embedded one).",
      valueName: "model"),
    completion: .models())
  var mixingFrom: String?

  @Flag(
    help: "The weights were trained on text that fscomp model code wrote with that dictionary.")
  var codedText = false

  @Option(
    help: .init(
      "Which sets of contexts the network is mixed with: small (levels 4, 5), standard (6), full "
        + "(7 to 9), or several with commas between them.",
      valueName: "sets"))
  var sets: ContextSets = .all

  @OptionGroup var metadata: MetadataFlags

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func perform() throws -> ExitStatus {
    let target = Path(argument: output)
    let parameters = try FloatModels.parameters(weights)
    let origin = try Models.file(mixingFrom)
    if codedText && origin.dictionary == nil {
      throw FileError(mixingFrom ?? "model", "has no dictionary")
    }
    let model: ModelFile
    do {
      var network = try Quantizer.quantize(parameters)
      network.sets = sets
      model = try ModelFile(
        dictionary: try origin.dictionary?.read(byNetworks: codedText),
        metadata: metadata.texts.metadata(for: target),
        networks: [network], beginnings: origin.beginnings, prior: origin.prior
      ).completed()
    } catch {
      throw FileError(Path(argument: weights), "\(error)")
    }
    try WholeFile.write(model.serialized(), to: target, replacing: force)
    return .success
  }
}

extension ContextSets: ExpressibleByArgument {
  public init?(argument: String) {
    var sets: ContextSets = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let named = Self.named.first(where: { $0.name == name }) else { return nil }
      sets.insert(named.set)
    }
    self = sets
  }

  public var defaultValueDescription: String { "all" }
}
