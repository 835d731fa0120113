import CKernels

/// A model that is ready to predict: validated, its matrices packed for this machine's kernels.
///
/// Copies share their storage, which never changes: any number of predictors and threads may use
/// one model at a time.
public struct Model: Sendable {
  public let id: ModelID
  public let name: String
  /// How the model was trained, for people.
  public let provenance: String
  public let shape: ModelShape
  /// The size of the model file.
  public let byteCount: Int
  package let network: PreparedNetwork

  /// Parses a model file, `bytes`, and checks every number in it.
  public init(bytes: [UInt8]) throws(ModelError) {
    try self.init(bytes: bytes, kernels: Kernels.current)
  }

  package init(bytes: [UInt8], kernels: fsc_kernels) throws(ModelError) {
    let file = try ModelFile(bytes: bytes)
    guard let id = ModelFile.id(of: bytes) else { throw .notAModel }
    self.id = id
    name = file.name
    provenance = file.provenance
    shape = file.network.shape
    byteCount = bytes.count
    network = PreparedNetwork(file.network, kernels: kernels)
  }

  /// The number formats of the network, for people.
  public static let fixedPointFormats: [(name: String, value: String)] = [
    ("Weights", "int8, a scale a row"),
    ("Hidden state", "int8, q/127"),
    ("Accumulators", "int32"),
    ("Pre-activations", "int16, a scale a gate"),
    ("Layer norm", "int16, Q10; gains Q11, biases Q12"),
    ("Gates", "int16, Q15"),
    ("Cell state", "int16, Q8"),
    ("Logits", "int16, Q7 of base-2 logarithms"),
    ("Frequencies", "uint32, 1 to 2^23"),
  ]
}
