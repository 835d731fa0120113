// What callers of the codec handle of models: `import FSComp` is enough.
@_exported import enum Model.ModelError
@_exported import struct Model.ModelID
@_exported import struct Model.NetworkShape
import Model
import Prediction

/// A model that is ready to predict: validated, its networks packed for this machine's kernels.
///
/// Copies share their storage, which never changes: any number of predictors and threads may use
/// one model at a time.
public struct Model: Sendable {
  public let id: ModelID
  public let name: String
  /// How the model was trained, for people.
  public let provenance: String
  /// What it was trained on, for people.
  public let trainingText: String
  /// On what terms that text may be used, for people.
  public let licence: String
  /// The size of the model file.
  public let byteCount: Int
  /// At most three.
  package let networks: [PreparedNetwork]
  package let beginnings: [MixerBeginnings]

  /// Parses a model file, `bytes`, and checks every number in it.
  public init(bytes: [UInt8]) throws(ModelError) {
    let sections = try ModelSections(bytes: bytes)
    let file = try ModelFile(sections)
    id = sections.id
    name = file.metadata.name
    provenance = file.metadata.provenance
    trainingText = file.metadata.trainingText
    licence = file.metadata.licence
    byteCount = bytes.count
    networks = file.networks.map { PreparedNetwork($0) }
    beginnings = file.beginnings
  }

  /// The shapes of its networks.
  public var shapes: [NetworkShape] { networks.map(\.shape) }
}
