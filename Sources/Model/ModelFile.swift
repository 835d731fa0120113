/// Everything that was learned, in one file: what a model file says, each section in its own type.
///
/// Of a content there is exactly one file, so that the id, which is a hash of the file, names the
/// content.
package struct ModelFile: Equatable, Sendable {
  /// Most networks of a model.
  package static let mostNetworks = 8

  /// Words that text is made shorter with, if there are any.
  package let dictionary: WordDictionary?
  package let metadata: ModelMetadata
  /// Of those that a set of contexts is mixed with, the first comes first among its mixers' inputs.
  package let networks: [QuantizedNetwork]
  /// In ascending order of their keys, of which no two are equal.
  package let beginnings: [MixerBeginnings]
  /// What contexts of text coded with the dictionary know beforehand, if anything.
  package let prior: PriorTable?

  /// - Parameter beginnings: in any order.
  /// - Throws: `ModelError` if there are too many networks, or beginnings with equal keys.
  package init(
    dictionary: WordDictionary? = nil, metadata: ModelMetadata, networks: [QuantizedNetwork],
    beginnings: [MixerBeginnings], prior: PriorTable? = nil
  ) throws(ModelError) {
    try self.init(
      dictionary: dictionary, metadata: metadata, networks: networks,
      ordered: beginnings.sorted { $0.key < $1.key }, prior: prior)
  }

  private init(
    dictionary: WordDictionary?, metadata: ModelMetadata, networks: [QuantizedNetwork],
    ordered beginnings: [MixerBeginnings], prior: PriorTable?
  ) throws(ModelError) {
    guard networks.count <= Self.mostNetworks else {
      throw .malformed("\(networks.count) networks; \(Self.mostNetworks) are possible")
    }
    for (one, next) in zip(beginnings, beginnings.dropFirst()) where one.key >= next.key {
      throw .malformed("mixers (\(next.key)) after (\(one.key))")
    }
    guard prior == nil || dictionary != nil else { throw .malformed("PRIO without DICT") }
    self.dictionary = dictionary
    self.metadata = metadata
    self.networks = networks
    self.beginnings = beginnings
    self.prior = prior
  }

  /// Parses and validates: afterwards every number is in the range that the arithmetic asks for.
  package init(bytes: [UInt8]) throws(ModelError) {
    try self.init(ModelSections(bytes: bytes))
  }

  package init(_ sections: ModelSections) throws(ModelError) {
    var dictionary: WordDictionary?
    var metadata: ModelMetadata?
    var networks: [QuantizedNetwork] = []
    var beginnings: [MixerBeginnings] = []
    var prior: PriorTable?
    for section in sections.all {
      switch section.tag {
      case .dictionary:
        guard dictionary == nil else { throw .malformed("DICT is there twice") }
        dictionary = try WordDictionary(section)
      case .metadata:
        guard metadata == nil else { throw .malformed("META is there twice") }
        metadata = try ModelMetadata(section)
      case .network: networks.append(try QuantizedNetwork(section))
      case .beginnings: beginnings.append(try MixerBeginnings(section))
      case .prior:
        guard prior == nil else { throw .malformed("PRIO is there twice") }
        prior = try PriorTable(section)
      case let tag where tag.maySkip: break
      case let tag: throw .unknownSection("\(tag)")
      }
    }
    guard let metadata else { throw .malformed("META is missing") }
    try self.init(
      dictionary: dictionary, metadata: metadata, networks: networks, ordered: beginnings,
      prior: prior)
  }

  /// How many networks a set of contexts is mixed with.
  package func networkCount(_ sets: ContextSets) -> Int {
    networks.count { $0.sets.isSuperset(of: sets) }
  }

  /// The only network that is mixed with the standard set, which is the default level's; nil if there
  /// are none or several.
  package var indexOfMainNetwork: Int? {
    let main = networks.indices.filter { networks[$0].sets.contains(.standard) }
    return main.count == 1 ? main[0] : nil
  }

  /// The networks of all these models, which are an ensemble where they are mixed with the same set of
  /// contexts, and dictionary and prior of the first. Mixers are those of the first model that has
  /// them, with the weight of its networks shared among all.
  ///
  /// - Parameter models: at least one.
  /// - Throws: `ModelError` if there are too many networks, or some that read text coded with
  ///   another dictionary.
  package init(joining models: [ModelFile], metadata: ModelMetadata) throws(ModelError) {
    let networks = models.flatMap { $0.networks }
    let dictionary = models[0].dictionary
    for model in models where model.textOfNetworks != models[0].textOfNetworks {
      throw .malformed("networks that were trained on text coded in different ways")
    }
    var beginnings: [MixerBeginnings] = []
    for model in models {
      for one in model.beginnings where !beginnings.contains(where: { $0.key == one.key }) {
        let set = ContextSets(number: one.key.set)
        beginnings.append(
          try one.sharingNetworkWeight(
            of: model.networkCount(set),
            among: networks.count { $0.sets.isSuperset(of: set) }))
      }
    }
    try self.init(
      dictionary: dictionary, metadata: metadata, networks: networks, beginnings: beginnings,
      prior: models[0].prior)
  }

  /// The words that the text is coded with that the networks read; nil if they read plain text.
  private var textOfNetworks: WordDictionary? {
    dictionary.flatMap { $0.isReadByNetworks ? $0 : nil }
  }

  /// The whole file.
  package func serialized() -> [UInt8] {
    ModelSections.file(
      of: (dictionary.map { [$0.section] } ?? []) + [metadata.section]
        + beginnings.map { $0.section } + networks.map { $0.section }
        + (prior.map { [$0.section] } ?? []))
  }
}
