/// Everything that was learned, in one file: what a model file says, each section in its own type.
///
/// Of a content there is exactly one file, so that the id, which is a hash of the file, names the
/// content.
package struct ModelFile: Equatable, Sendable {
  /// Most networks of a model.
  package static let mostNetworks = 8

  package let metadata: ModelMetadata
  /// The first comes first among the inputs of mixers.
  package let networks: [QuantizedNetwork]
  /// In ascending order of their keys, of which no two are equal.
  package let beginnings: [MixerBeginnings]

  /// - Parameter beginnings: in any order.
  /// - Throws: `ModelError` if there are too many networks, or beginnings with equal keys.
  package init(
    metadata: ModelMetadata, networks: [QuantizedNetwork], beginnings: [MixerBeginnings]
  ) throws(ModelError) {
    try self.init(
      metadata: metadata, networks: networks, ordered: beginnings.sorted { $0.key < $1.key })
  }

  private init(
    metadata: ModelMetadata, networks: [QuantizedNetwork], ordered beginnings: [MixerBeginnings]
  ) throws(ModelError) {
    guard networks.count <= Self.mostNetworks else {
      throw .misplaced("\(networks.count) networks; \(Self.mostNetworks) are possible")
    }
    for (one, next) in zip(beginnings, beginnings.dropFirst()) where one.key >= next.key {
      throw .misplaced("mixers (\(next.key)) after (\(one.key))")
    }
    self.metadata = metadata
    self.networks = networks
    self.beginnings = beginnings
  }

  /// Parses and validates: afterwards every number is in the range that the arithmetic asks for.
  package init(bytes: [UInt8]) throws(ModelError) {
    try self.init(ModelSections(bytes: bytes))
  }

  package init(_ sections: ModelSections) throws(ModelError) {
    var metadata: ModelMetadata?
    var networks: [QuantizedNetwork] = []
    var beginnings: [MixerBeginnings] = []
    for section in sections.all {
      switch section.tag {
      case .metadata:
        guard metadata == nil else { throw .misplaced("META is there twice") }
        metadata = try ModelMetadata(section)
      case .network: networks.append(try QuantizedNetwork(section))
      case .beginnings: beginnings.append(try MixerBeginnings(section))
      case let tag where tag.maySkip: break
      case let tag: throw .unknownSection("\(tag)")
      }
    }
    guard let metadata else { throw .misplaced("META is missing") }
    try self.init(metadata: metadata, networks: networks, ordered: beginnings)
  }

  /// The whole file.
  package func serialized() -> [UInt8] {
    ModelSections.file(
      of: [metadata.section] + beginnings.map(\.section) + networks.map(\.section))
  }
}
