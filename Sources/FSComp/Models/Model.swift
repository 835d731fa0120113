import CKernels
import ContextMixing
import Model
import Prediction
import TextTransform

/// A model that is ready to predict: validated, its networks packed for this machine's kernels when
/// they are first used.
///
/// Copies share their storage, which never changes: any number of predictors and threads may use
/// one model at a time.
public struct Model: Sendable {
  /// By which archives name it.
  public let id: ModelID
  /// What it calls itself, for people.
  public let name: String
  /// How the model was trained, for people.
  public let provenance: String
  /// What it was trained on, for people.
  public let trainingText: String
  /// On what terms that text may be used, for people.
  public let licence: String
  /// The size of the model file.
  public let byteCount: Int
  /// What predicts, for one set of contexts or another; several for the same are an ensemble. None in
  /// a model that leaves everything to contexts.
  package let networks: [SharedNetwork]
  private let sharedLexicon: SharedLexicon?
  /// How blocks of each mix are predicted: of all that the model can have.
  package let codes: [Mix: BlockCode]

  /// Parses a model file, `bytes`, and checks every number in it, and that nothing is missing.
  /// - Throws: `ModelError`.
  public init(bytes: [UInt8]) throws(ModelError) {
    try self.init(bytes: bytes, kernels: Kernels.current)
  }

  package init(bytes: [UInt8], kernels: fsc_kernels) throws(ModelError) {
    try self.init(ModelSections(bytes: bytes), byteCount: bytes.count, kernels: kernels)
  }

  init(
    _ sections: ModelSections, byteCount: Int, kernels: fsc_kernels = Kernels.current
  ) throws(ModelError) {
    let file = try ModelFile(sections)
    id = sections.id
    name = file.metadata.name
    provenance = file.metadata.provenance
    trainingText = file.metadata.trainingText
    licence = file.metadata.licence
    self.byteCount = byteCount
    let networks = file.networks.map { SharedNetwork($0, kernels: kernels) }
    self.networks = networks
    sharedLexicon = file.dictionary.map { SharedLexicon($0) }
    var codes: [Mix: BlockCode] = [:]
    let prior = file.prior.map { Prior($0) }
    for mix in file.mixes where !mix.set.isOfTextAlone || file.hasBeginnings(of: mix) {
      var parameters = try InitialParameters(mix, from: file)
      if mix.isCoded { parameters.prior = prior }
      let set = ContextSets(mix.set)
      let taking = zip(file.networks, networks).filter { $0.0.sets.isSuperset(of: set) }
      codes[mix] = BlockCode(
        networks: mix.usesNetwork ? taking.map { $0.1 } : [], parameters: parameters)
    }
    self.codes = codes
  }

  /// Words that text is made shorter with; nil if the model has none. It is made ready at its first
  /// use.
  package var lexicon: Lexicon? { sharedLexicon?.lexicon }

  /// Whether the networks have been trained on text coded with these words.
  package var networksReadCodedText: Bool { sharedLexicon?.dictionary.isReadByNetworks ?? false }

  /// How blocks of a mix are predicted; nil if the mix asks for networks and there are none.
  package func code(_ mix: Mix) -> BlockCode? { codes[mix] }

  /// The shapes of its networks.
  public var shapes: [NetworkShape] { networks.map { $0.shape } }
}
