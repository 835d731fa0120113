import Model
import TextTransform
import Training

/// The model that a run begins with: its network is trained further, and all else stays as it is. A run
/// that begins from nothing takes all else from the embedded model.
struct TrainingOrigin {
  /// What to call it: "default", or as it was named.
  let name: String
  /// Whether the run goes on with its network.
  let isContinued: Bool
  let file: ModelFile

  /// - Parameter reference: the model that the run began with, or a safetensors file; nil: none.
  /// - Throws: `FileError`.
  init(_ reference: String?) throws(FileError) {
    isContinued = reference.map { !$0.hasSuffix(FloatModels.suffix) } ?? false
    file = try Models.file(isContinued ? reference : nil)
    name = isContinued ? reference ?? "default" : "default"
  }

  /// What the network has been trained on before; empty if it begins from nothing or nobody knows.
  var trainingText: String { isContinued ? file.metadata.trainingText : "" }

  var networksReadCodedText: Bool { file.dictionary?.isReadByNetworks ?? false }

  /// - Throws: `FileError`.
  func encoder() throws(FileError) -> TextEncoder? {
    guard let dictionary = file.dictionary else { return nil }
    return try Models.naming(name) { TextEncoder(try Lexicon(dictionary)) }
  }

  /// The model with another network in the place of the one that was trained, and maybe another prior.
  ///
  /// - Throws: `ModelError`.
  func model(
    _ network: QuantizedNetwork, metadata: ModelMetadata, prior: PriorTable?
  ) throws -> ModelFile {
    var networks = [network]
    if isContinued, let index = file.indexOfMainNetwork {
      networks = file.networks
      networks[index] = network
      networks[index].sets = file.networks[index].sets
    }
    return try ModelFile(
      dictionary: file.dictionary, metadata: metadata, networks: networks,
      beginnings: file.beginnings, prior: prior
    ).completed()
  }
}
