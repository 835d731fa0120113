import Model
import TestSupport

/// A small model with something in every section.
enum SampleModel {
  static let metadata = ModelMetadata(
    name: "tiny", provenance: "random numbers", trainingText: "none, señor", licence: "none")

  static func file(networks: Int = 1, hasDictionary: Bool = false) throws -> ModelFile {
    try ModelFile(
      dictionary: hasDictionary ? .small() : nil,
      metadata: metadata,
      networks: (0..<networks).map {
        try .random(fastCells: 2 + $0, fastUnits: 16, slowUnits: 16, seed: UInt64($0))
      },
      beginnings: [beginnings(set: 2, usesNetwork: true), beginnings(set: 1, usesNetwork: false)])
  }

  static func beginnings(set: UInt8, usesNetwork: Bool) throws -> MixerBeginnings {
    let shape = try MixerShape(
      modes: 2, contexts: 1, matchModels: 1, inputs: 16, classCounts: [1, 3])
    var random = SplitMix64(seed: UInt64(set))
    return try MixerBeginnings(
      key: .init(set: set, usesNetwork: usesNetwork, isCoded: false), shape: shape,
      values: (0..<shape.valueCount).map { _ in UInt16(truncatingIfNeeded: random.next()) })
  }
}

extension ModelSection {
  /// The section with other bytes.
  func changing(_ change: (inout [UInt8]) -> Void) -> ModelSection {
    var bytes = Array(payload)
    change(&bytes)
    return ModelSection(tag, bytes)
  }
}
