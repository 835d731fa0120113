import Testing
import Training

@Suite struct TrainingFileTests {
  static func checkpoint() throws -> Safetensors {
    let trainer = try TrainerTests.trainer(TrainerTests.settings())
    try trainer.step()
    _ = try trainer.validate()
    var checkpoint = trainer.checkpoint
    checkpoint.notes = ["greeting": "hello \"there\"\n"]
    return try checkpoint.file()
  }

  /// The tensors of a file after `change`.
  static func file(
    _ file: Safetensors, changing change: (inout Safetensors.FloatTensor) -> Bool
  ) throws -> Safetensors {
    let tensors = try file.tensors.compactMap { name, tensor in
      var tensor = Safetensors.FloatTensor(
        name: name, shape: tensor.shape, elements: try file.floats(name))
      return change(&tensor) ? tensor : nil
    }
    return try Safetensors(tensors: tensors, metadata: file.metadata)
  }

  @Test func aCheckpointReadsBack() throws {
    let file = try Self.checkpoint()
    let checkpoint = try TrainingCheckpoint(file)
    #expect(checkpoint.settings == TrainerTests.settings())
    #expect(checkpoint.notes == ["greeting": "hello \"there\"\n"])
    #expect(checkpoint.progress.updates == 1)
    #expect(try checkpoint.file().bytes == file.bytes)
    // And whatever reads weights reads it.
    #expect(try Parameters(file) == checkpoint.parameters)
  }

  @Test(arguments: ["W2", "adam.m.E", "adam.v.bo", "best.gcS", "state"])
  func whatIsMissingOrMisshapenIsNamed(name: String) throws {
    let whole = try Self.checkpoint()
    let without = try Self.file(whole) { $0.name != name }
    #expect(throws: TrainingCheckpointError.parameters(.file(.missingTensor(name)))) {
      try TrainingCheckpoint(without)
    }
    let shorter = try Self.file(whole) { tensor in
      if tensor.name == name { (tensor.shape, tensor.elements) = ([1], [0]) }
      return true
    }
    let shape = try #require(whole.tensors[name]?.shape)
    let error = ParametersError.wrongShape(tensor: name, expected: shape, found: [1])
    #expect(throws: TrainingCheckpointError.parameters(error)) {
      try TrainingCheckpoint(shorter)
    }
  }

  @Test func weightsAloneAreNoRun() throws {
    let parameters = Parameters<Float>.random(
      .fastSlow(fastCells: 2, fastUnits: 16, slowUnits: 16), seed: 1)
    let file = try Safetensors(tensors: parameters.tensors())
    #expect(throws: TrainingCheckpointError.noRun) { try TrainingCheckpoint(file) }
  }

  static let log: TrainingLog = {
    var log = TrainingLog()
    for index in 1...10 {
      log.append(
        TrainingRecord(
          bytes: index * 1000, seconds: Double(index) / 2, trainingLoss: 8 / Double(index),
          validationLoss: index % 5 == 0 ? 7.5 / Double(index) : nil, learningRate: 0.0015,
          gradientNorm: 0.25))
    }
    return log
  }()

  @Test func theTableReadsBackAsFarAsAsked() {
    let csv = Self.log.csv
    #expect(csv.split(separator: "\n").count == 11)
    #expect(csv.contains("\n5000,2.5,1.60000,1.50000,0.0015,0.25000\n"))
    #expect(csv.contains("\n4000,2.0,2.00000,,0.0015,0.25000\n"))
    #expect(TrainingLog(csv: csv, upTo: .max).csv == csv)
    #expect(TrainingLog(csv: csv, upTo: 4000).records.map(\.bytes) == [1000, 2000, 3000, 4000])
    #expect(TrainingLog(csv: "rubbish\n1,2\na,b,c,d,e,f\n", upTo: .max).records.isEmpty)
  }

  @Test func thePictureHasBothLines() {
    let svg = Self.log.lossCurve
    #expect(svg.hasPrefix("<svg xmlns="))
    #expect(svg.hasSuffix("</svg>\n"))
    let lines = svg.split(separator: "\n").filter { $0.hasPrefix("<polyline") }
    #expect(lines.map { $0.split(separator: "\"")[1].split(separator: " ").count } == [10, 2])
    #expect(svg.split(separator: "\n").count { $0.hasPrefix("<circle") } == 2)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    // Down is less, right is later.
    let points = lines[0].split(separator: "\"")[1].split(separator: " ").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    #expect(zip(points, points.dropFirst()).allSatisfy { $0[0] < $1[0] && $0[1] <= $1[1] })
  }

  @Test func anEmptyRunHasAPicture() {
    #expect(TrainingLog().lossCurve.hasSuffix("</svg>\n"))
  }

  @Test func presetsCanBeTrained() throws {
    #expect(Set(TrainingPreset.all.map(\.name)).count == TrainingPreset.all.count)
    for preset in TrainingPreset.all {
      let topology = preset.settings.network.topology
      #expect(topology.units.allSatisfy { $0 % Topology.unitStep == 0 }, "\(preset.name)")
      #expect(TrainingPreset.named(preset.name)?.settings == preset.settings)
    }
    let size = try #require(TrainingPreset.named("default")).settings.network
    #expect(ParameterLayout(size.topology).count == 2_237_440)
    for control in ["stacked-lstm", "sequential-lstm"] {
      let size = try #require(TrainingPreset.named(control)).settings.network
      let count = ParameterLayout(size.topology).count
      #expect((2_100_000...2_400_000).contains(count), "\(control)")
    }
  }
}
