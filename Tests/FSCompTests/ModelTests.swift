import FSComp
import Model
import TestSupport
import Testing

@Suite struct ModelTests {
  @Test func aModelIsWhatItsFileSays() throws {
    let networks = try [
      QuantizedNetwork.random(seed: 1), .random(fastCells: 3, slowUnits: 16, seed: 2),
    ]
    let shape = try MixerShape(
      modes: 1, contexts: 1, matchModels: 0, inputs: 16, classCounts: [1])
    let beginnings = try MixerBeginnings(
      key: .init(set: 1, usesNetwork: true), shape: shape,
      values: Array(repeating: 7, count: shape.valueCount))
    let bytes = try ModelFile(
      metadata: ModelMetadata(
        name: "tiny", provenance: "drawn", trainingText: "none", licence: "any"),
      networks: networks, beginnings: [beginnings]
    ).serialized()
    let model = try Model(bytes: bytes)
    #expect(model.name == "tiny")
    #expect(model.provenance == "drawn")
    #expect(model.trainingText == "none")
    #expect(model.licence == "any")
    #expect(model.shapes == networks.map(\.shape))
    #expect(model.beginnings == [beginnings])
    #expect(model.byteCount == bytes.count)
    #expect(model.id == ModelID(bytes: bytes.suffix(8)))
  }

  @Test func theEmbeddedModelHasAllThatBlocksCanAskFor() throws {
    let model = try ModelStore.defaultModel
    #expect(model.shapes.count == 1)
    #expect(
      model.beginnings.map(\.key.description) == [
        "small, without the network", "standard, without the network", "full, without the network",
        "small, with the network", "standard, with the network", "full, with the network",
      ])
  }
}
