import ContextMixing
import FSComp
import Model
import TestSupport
import Testing

@Suite struct ModelTests {
  /// Those of models whose networks read plain text.
  private static let mixes = Mix.all.filter { !($0.usesNetwork && $0.isCoded) }

  private func file(
    _ networks: [QuantizedNetwork], mixes: [Mix] = mixes, networkCount: Int? = nil
  ) throws -> ModelFile {
    let dictionary = try WordDictionary.small()
    return try ModelFile(
      dictionary: dictionary,
      metadata: ModelMetadata(
        name: "tiny", provenance: "drawn", trainingText: "none", licence: "any"),
      networks: networks,
      beginnings: mixes.map {
        let count = networkCount ?? networks.count
        return try InitialParameters.untrained(
          $0, networkCount: $0.usesNetwork ? count : 0, codes: dictionary.layout
        ).beginnings(of: $0)
      })
  }

  @Test func aModelIsWhatItsFileSays() throws {
    let networks = try [
      QuantizedNetwork.random(seed: 1), .random(fastCells: 3, slowUnits: 16, seed: 2),
    ]
    let bytes = try file(networks).serialized()
    let model = try Model(bytes: bytes)
    #expect(model.name == "tiny")
    #expect(model.provenance == "drawn")
    #expect(model.trainingText == "none")
    #expect(model.licence == "any")
    #expect(model.shapes == networks.map(\.shape))
    #expect(model.byteCount == bytes.count)
    #expect(model.id == ModelID(bytes: bytes.suffix(8)))
    let codes = try WordDictionary.small().layout
    for mix in Self.mixes {
      #expect(
        model.code(mix)?.parameters.values
          == InitialParameters.untrained(mix, networkCount: 2, codes: codes).values)
    }
  }

  /// A set of contexts is mixed with the networks that are made for it, and with no others.
  @Test func networksTakePartInTheirSets() throws {
    var networks = try [
      QuantizedNetwork.random(seed: 1), .random(fastCells: 3, slowUnits: 16, seed: 2),
    ]
    (networks[0].sets, networks[1].sets) = (.small, [.small, .full])
    let mixes = Self.mixes.filter { !($0.usesNetwork && $0.set == .standard) }
    let dictionary = try WordDictionary.small()
    let file = try ModelFile(
      dictionary: dictionary, metadata: ModelMetadata(name: "two"), networks: networks,
      beginnings: mixes.map {
        try InitialParameters.untrained(
          $0, networkCount: $0.set == .small ? 2 : 1, codes: dictionary.layout
        ).beginnings(of: $0)
      })
    #expect(file.mixes == mixes)
    let model = try Model(bytes: file.serialized())
    func shapes(_ set: MixSet) -> [NetworkShape]? {
      model.code(Mix(set, usesNetwork: true))?.networks.map { $0.shape }
    }
    #expect(shapes(.small) == networks.map(\.shape))
    #expect(shapes(.standard) == nil)
    #expect(shapes(.full) == [networks[1].shape])
    // A level whose set has no network does without; the others have theirs.
    let plain = Array(try prose().prefix(3000))
    var store = ModelStore(searchPath: [])
    store.add(model)
    for level in CompressionLevel.range {
      var options = CompressionOptions(level: try #require(CompressionLevel(level)))
      options.network = level > 3 ? .always : nil
      let archive = Compressor(model: model, options: options).compress(plain)
      #expect(try Decompressor(models: store).decompress(archive) == plain)
    }
  }

  /// A missing table is an error, never zeros; so is one for other contexts or networks.
  @Test(arguments: Self.mixes)
  func noMixIsMissing(mix: Mix) throws {
    let networks = [try QuantizedNetwork.random(seed: 1)]
    if !mix.set.isOfTextAlone {
      let gaps = try file(networks, mixes: Self.mixes.filter { $0 != mix })
      #expect(throws: ModelError.self) { try Model(bytes: gaps.serialized()) }
    }
    let whole = try file(networks)
    let strangers = try ModelFile(
      dictionary: whole.dictionary, metadata: whole.metadata, networks: whole.networks,
      beginnings: whole.beginnings.map { one in
        let key = try MixerBeginnings.Key(
          set: mix.set.rawValue, usesNetwork: mix.usesNetwork, isCoded: mix.isCoded)
        if one.key != key { return one }
        let shape = try MixerShape(
          modes: one.shape.modes, contexts: one.shape.contexts,
          matchModels: one.shape.matchModels, inputs: one.shape.inputs,
          classCounts: one.shape.classCounts + [1])
        return try MixerBeginnings(
          key: key, shape: shape, values: Array(repeating: 7, count: shape.valueCount))
      })
    #expect(throws: ModelError.self) { try Model(bytes: strangers.serialized()) }
  }

  /// Sets for text alone take part where a model has them; where not, others do.
  @Test(arguments: MixSet.allCases.filter { $0.isOfTextAlone })
  func setsOfTextAloneMayBeMissing(set: MixSet) throws {
    let mix = Mix(set, usesNetwork: false, isCoded: true)
    let whole = try ModelFile(bytes: ModelStore(searchPath: []).contents(named: "default"))
    let alone = whole.beginnings.filter { !$0.key.usesNetwork }
    let models = try [alone, alone.filter { $0.key.set != set.rawValue }].map {
      try Model(
        bytes: ModelFile(
          dictionary: whole.dictionary?.read(byNetworks: false), metadata: whole.metadata,
          networks: [], beginnings: $0
        ).serialized())
    }
    let blocks = models.map {
      BlockEncoder(model: $0, settings: .init(setOfText: set, network: .never))
        .encode(PlainBlock(text(5000)), monitor: WorkMonitor())
    }
    #expect(blocks[0].header.method.mix == mix)
    #expect(
      blocks[1].header.method.mix == Mix(set.substitute, usesNetwork: false, isCoded: true))
    for (block, model) in zip(blocks, models) {
      let plain = BlockDecoder.decode(
        block.payload, header: block.header, model: model, monitor: WorkMonitor())
      #expect(plain == text(5000))
    }
    var store = ModelStore(searchPath: [])
    store.add(models[1])
    let archive =
      FrameHeader(isSingle: true, modelID: models[1].id).encoded + blocks[0].header.encoded
      + blocks[0].payload
    let error = #expect(throws: ArchiveError.self) {
      try Decompressor(models: store).decompress(archive)
    }
    guard case .modelUnusable(let reason)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("no mixers"))
  }

  /// It leaves everything to contexts, whatever the level.
  @Test func aModelNeedsNoNetwork() throws {
    let model = try Model(bytes: file([], mixes: Mix.all.filter { !$0.usesNetwork }).serialized())
    var store = ModelStore(searchPath: [])
    store.add(model)
    for network in CompressionOptions.NetworkUse.allCases {
      var options = CompressionOptions()
      options.network = network
      let archive = Compressor(model: model, options: options).compress(text(50_000))
      #expect(archive.count < 25_000)
      #expect(try Decompressor(models: store).decompress(archive) == text(50_000))
    }
  }

  /// An archive may claim what its model has not.
  @Test func aBlockThatAsksForAMissingNetworkIsRefused() throws {
    let model = try Model(bytes: file([], mixes: Mix.all.filter { !$0.usesNetwork }).serialized())
    var store = ModelStore(searchPath: [])
    store.add(model)
    for set in MixSet.allCases where !set.isOfTextAlone {
      let block = BlockHeader(
        method: .mixed(lanes: 2, mix: Mix(set, usesNetwork: true)), plainSize: 100,
        payloadSize: 10, contentCheck: 0)
      let archive =
        FrameHeader(isSingle: true, modelID: model.id).encoded + block.encoded
        + [UInt8](repeating: 1, count: 10)
      let error = #expect(throws: ArchiveError.self) {
        try Decompressor(models: store).decompress(archive)
      }
      guard case .modelUnusable(let reason)? = error?.kind else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(reason.contains("no network"))
      #expect(BlockDecoder.memoryNeeded(for: block, model: model) == 110)
      var (source, sink) = (ArraySource(archive), ArraySink())
      let report = try Decompressor(models: store).salvage(from: &source, to: &sink)
      #expect(sink.bytes.isEmpty && !report.lost.isEmpty)
    }
  }

  @Test func theEmbeddedModelHasAllThatBlocksCanAskFor() throws {
    let model = try ModelStore.defaultModel
    #expect(model.networksReadCodedText)
    for mix in Mix.all where mix.isCoded || !mix.usesNetwork {
      #expect(model.code(mix)?.parameters.values.contains { $0 != 0 } == true)
    }
  }

  /// A short text, with the beginnings that were learned and with guesses.
  @Test(arguments: [4, 6, 7])
  func learnedBeginningsOfMixersHelp(level: Int) throws {
    let file = try ModelFile(bytes: ModelStore(searchPath: []).contents(named: "default"))
    let guessing = try ModelFile(
      dictionary: file.dictionary, metadata: file.metadata, networks: file.networks,
      beginnings: [], prior: file.prior
    ).completed()
    let text = Array(try prose().prefix(1500))
    var options = CompressionOptions(level: try #require(CompressionLevel(level)))
    options.network = .always
    let sizes = try [ModelStore.defaultModel, Model(bytes: guessing.serialized())].map {
      Compressor(model: $0, options: options).compress(text).count
    }
    #expect(sizes[0] < sizes[1])
  }

  /// Two small networks that were trained from different beginnings, joined, on text of another kind
  /// than they have seen: better than the better one alone.
  @Test func anEnsembleBeatsItsNetworks() throws {
    let folder = "Tests/FSCompTests/Vectors/1.0"
    let ensemble = try ModelFile(bytes: contents(ofRepositoryFile: "\(folder)/ensemble.fsm"))
    let origin = try ModelFile(bytes: contents(ofRepositoryFile: "\(folder)/enwik8-2m.fsm"))
    let alone = try ensemble.networks.map {
      try ModelFile(
        metadata: ModelMetadata(name: "alone"), networks: [$0], beginnings: origin.beginnings)
    }
    let joined = try ModelFile(joining: alone, metadata: ModelMetadata(name: "both"))
    let plain = Array(try prose().prefix(20_000))
    let sizes = try (alone + [joined]).map { file in
      let model = try Model(bytes: file.serialized())
      var store = ModelStore(searchPath: [])
      store.add(model)
      var options = CompressionOptions()
      options.network = .always
      let archive = Compressor(model: model, options: options).compress(plain)
      #expect(try Decompressor(models: store).decompress(archive) == plain)
      return archive.count
    }
    #expect(sizes[2] < min(sizes[0], sizes[1]), "\(sizes)")
  }
}
