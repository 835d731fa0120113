import Model
import Testing
import TestSupport

@Suite struct ModelFileTests {
  @Test(arguments: 0...3)
  func readsWhatItWrote(networks: Int) throws {
    let file = try SampleModel.file(networks: networks, hasDictionary: networks > 1)
    #expect(file.networks.count == networks)
    #expect((file.dictionary != nil) == (networks > 1))
    #expect(file.beginnings.map(\.key.description) == [
      "small, without the network", "standard, with the network",
    ])
    #expect(try ModelFile(bytes: file.serialized()) == file)
  }

  @Test func theOrderOfBeginningsDoesNotMatter() throws {
    let file = try SampleModel.file()
    let again = try ModelFile(
      metadata: file.metadata, networks: file.networks, beginnings: file.beginnings.reversed())
    #expect(again.serialized() == file.serialized())
    #expect(throws: ModelError.self) {
      try ModelFile(
        metadata: file.metadata, networks: [], beginnings: file.beginnings + file.beginnings)
    }
  }

  @Test func modelsAreJoined() throws {
    let (one, two) = (try SampleModel.file(), try SampleModel.file(networks: 2))
    let metadata = ModelMetadata(name: "joined")
    let joined = try ModelFile(joining: [one, two], metadata: metadata)
    #expect(joined.networks == one.networks + two.networks)
    #expect(joined.metadata == metadata)
    #expect(
      try joined.beginnings == one.beginnings.map { try $0.sharingNetworkWeight(of: 1, among: 3) })
    #expect(try ModelFile(bytes: joined.serialized()) == joined)
    let nine = Array(repeating: one, count: 9)
    #expect(throws: ModelError.self) { try ModelFile(joining: nine, metadata: metadata) }
  }

  @Test func everyNetworkKnowsWhichSetsItIsMixedWith() throws {
    for number in 1...7 {
      let sets = ContextSets(rawValue: UInt8(number))
      var network = try QuantizedNetwork.random(fastCells: 16, fastUnits: 16, slowUnits: 16, seed: 1)
      network.sets = sets
      #expect(try QuantizedNetwork(network.section) == network)
      #expect(network.section.payload.first! == 16 | UInt8(7 - number) << 5)
    }
    let section = try QuantizedNetwork.random(seed: 1).section
    #expect(throws: ModelError.valueOutOfRange("sets of contexts")) {
      try QuantizedNetwork(section.changing { $0[0] |= 0xE0 })
    }
  }

  /// Mixers are weighed for those networks that they mix, and no others.
  @Test func networksOfDifferentSetsAreJoined() throws {
    func model(_ sets: ContextSets, networks: Int, beginnings: [UInt8]) throws -> ModelFile {
      let file = try SampleModel.file(networks: networks)
      return try ModelFile(
        metadata: file.metadata,
        networks: file.networks.map {
          var network = $0
          network.sets = sets
          return network
        },
        beginnings: beginnings.map { try SampleModel.beginnings(set: $0, usesNetwork: true) })
    }
    let quick = try model(.small, networks: 1, beginnings: [1])
    let slow = try model([.standard, .full], networks: 2, beginnings: [1, 2, 3])
    let more = try model(.full, networks: 1, beginnings: [])
    let joined = try ModelFile(joining: [quick, slow, more], metadata: quick.metadata)
    #expect(joined.networkCount(.small) == 1)
    #expect(joined.networkCount(.standard) == 2)
    #expect(joined.networkCount(.full) == 3)
    let full = try slow.beginnings[2].sharingNetworkWeight(of: 2, among: 3)
    #expect(joined.beginnings == [quick.beginnings[0], slow.beginnings[1], full])
  }

  @Test func networksAreJoinedIfTheyReadTheSame() throws {
    func model(_ dictionary: WordDictionary?) throws -> ModelFile {
      let file = try SampleModel.file()
      return try ModelFile(
        dictionary: dictionary, metadata: file.metadata, networks: file.networks,
        beginnings: file.beginnings)
    }
    let plain = try [model(nil), model(.small())]
    let coded = try model(.small(isReadByNetworks: true))
    func joined(_ models: [ModelFile]) throws -> ModelFile {
      try ModelFile(joining: models, metadata: ModelMetadata(name: "joined"))
    }
    #expect(try joined(plain).dictionary == nil)
    #expect(try joined(plain.reversed()).dictionary == .small())
    #expect(try joined([coded, coded]).dictionary == .small(isReadByNetworks: true))
    for models in [[coded, plain[0]], [plain[1], coded]] {
      #expect(throws: ModelError.self) { try joined(models) }
    }
  }

  @Test func longTextsLoseTheirEnds() throws {
    let long = String(repeating: "é", count: 40_000)
    let metadata = ModelMetadata(name: long, provenance: long, trainingText: long, licence: long)
    #expect(metadata.name == String(repeating: "é", count: 127))
    #expect(metadata.licence.utf8.count == 65_534)
    #expect(try ModelMetadata(metadata.section) == metadata)
  }

  @Test func controlCharactersAreNoText() throws {
    #expect(ModelMetadata(name: "a\u{1B}[2Jb\nc\u{85}").name == "a [2Jb c ")
    #expect(ModelMetadata(name: "\r\n").name == "  ")
    let section = ModelMetadata(name: "abc").section
    #expect(throws: ModelError.valueOutOfRange("name")) {
      try ModelMetadata(section.changing { $0[3] = 0x1B })
    }
    #expect(throws: ModelError.valueOutOfRange("name")) {
      try ModelMetadata(section.changing { $0[3] = 0xFF })
    }
  }

  @Test func textsHaveTheirSizes() throws {
    let section = ModelMetadata(name: "abc", licence: "d").section
    #expect(throws: ModelError.self) { try ModelMetadata(section.changing { $0.append(0) }) }
    #expect(throws: ModelError.self) { try ModelMetadata(section.changing { $0.removeLast() }) }
    // A name of 256 bytes.
    let name = [0x00, 0x01] + [UInt8](repeating: 97, count: 256) + [0, 0, 0, 0, 0, 0]
    #expect(throws: ModelError.valueOutOfRange("name")) {
      try ModelMetadata(ModelSection(.metadata, name))
    }
  }
}
