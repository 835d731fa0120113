import Testing
import Training

/// The general engine in single precision, on its own products and on OpenBLAS where there is one.
@Suite struct SinglePrecisionEngineTests {
  static let products = (try? OpenBLAS.loaded) == nil ? ["plain"] : ["plain", "openblas"]

  static func openBLAS(_ products: String) -> OpenBLAS? {
    products == "openblas" ? try? OpenBLAS.loaded : nil
  }

  static let noisy = Regularization(keptInputs: 0.7, updatedHidden: 0.8, updatedCells: 0.6)
  static let topology = Topology.fastSlow(fastCells: 3, fastUnits: 32, slowUnits: 48)

  static func window(streams: Int, steps: Int, _ pass: TrainingPass = .init()) -> TrainingWindow {
    var numbers = TestGenerator(seed: 8)
    return TrainingWindow(
      inputs: numbers.bytes(streams * steps), targets: numbers.bytes(streams * steps), noise: 3,
      pass: pass)
  }

  static func engine(
    _ topology: Topology, streams: Int, steps: Int, _ products: String
  ) -> SinglePrecisionEngine {
    SinglePrecisionEngine(
      topology, streams: streams, steps: steps, threads: 2, products: openBLAS(products))
  }

  @Test(
    arguments: [
      Topology.fastSlow(fastCells: 2, fastUnits: 32, slowUnits: 16),
      .fastSlow(fastCells: 4, fastUnits: 16, slowUnits: 32), .stacked(layers: 3, units: 16),
      .sequential(cells: 3, units: 16),
    ], products)
  func lossIsThatOfDoublePrecision(topology: Topology, products: String) {
    let (streams, steps) = (5, 6)
    let parameters = Parameters<Float>.random(topology, seed: 4)
    let window = Self.window(streams: streams, steps: steps)
    let engine = Self.engine(topology, streams: streams, steps: steps, products)
    var none: Parameters<Float>?
    let loss = engine.run(window, parameters: parameters, gradient: &none)
    let expected = DoublePrecisionEngine(topology, streams: streams, steps: steps, threads: 1)
      .loss(window, parameters: parameters.doubles)
    #expect(abs(loss - expected) < 1e-4 * Double(streams * steps))
    #expect(abs(engine.codeLengths.reduce(0, +) - loss) < 1e-9 * loss)
  }

  /// Products of our own add up a stream's sums in the same order whatever there is beside it.
  @Test(arguments: [2, 3, 7, 16, 37, 64])
  func streamsDoNotAffectEachOther(streams: Int) {
    let steps = 5
    let parameters = Parameters<Float>.random(Self.topology, seed: 1)
    let window = Self.window(streams: streams, steps: steps)
    let together = SinglePrecisionEngine.plain(
      parameters, streams: streams, steps: steps, threads: 2)
    together.evaluate(window.inputs, targets: window.targets, parameters)
    for stream in 0..<streams {
      let alone = SinglePrecisionEngine.plain(parameters, streams: 1, steps: steps)
      let rows = (0..<steps).map { $0 * streams + stream }
      alone.evaluate(
        rows.map { window.inputs[$0] }, targets: rows.map { window.targets[$0] }, parameters)
      #expect(alone.codeLengths == rows.map { together.codeLengths[$0] }, "stream \(stream)")
      #expect(
        alone.logits(step: 4, stream: 0) == together.logits(step: 4, stream: stream),
        "stream \(stream)")
    }
  }

  @Test(arguments: [TrainingPass(), TrainingPass(regularization: noisy)], products)
  func gradientIsThatOfDoublePrecision(pass: TrainingPass, products: String) throws {
    let (streams, steps) = (6, 4)
    var numbers = TestGenerator(seed: 2)
    let parameters = numbers.parameters(Self.topology)
    let window = Self.window(streams: streams, steps: steps, pass)
    let exact = DoublePrecisionEngine(
      Self.topology, streams: streams, steps: steps, threads: 1
    ).gradient(window, parameters: parameters.doubles)
    var gradient: Parameters<Float>? = Parameters(parameters.layout)
    _ = Self.engine(Self.topology, streams: streams, steps: steps, products)
      .run(window, parameters: parameters, gradient: &gradient)
    for entry in parameters.layout.entries {
      let found = try #require(gradient)
      var (error, size) = (0.0, 0.0)
      for index in entry.range {
        let difference = Double(found.values[index]) - exact[index]
        error += difference * difference
        size += exact[index] * exact[index]
      }
      #expect(error.squareRoot() < 1e-4 * size.squareRoot(), "\(entry.name)")
    }
  }

  @Test(arguments: products)
  func gradientsAreAddedAndStatesCarried(products: String) throws {
    let (streams, steps) = (3, 4)
    var numbers = TestGenerator(seed: 2)
    let parameters = numbers.parameters(Self.topology)
    let window = Self.window(streams: streams, steps: steps)
    let engine = Self.engine(Self.topology, streams: streams, steps: steps, products)
    var once: Parameters<Float>? = Parameters(parameters.layout)
    let first = engine.run(window, parameters: parameters, gradient: &once)
    let states = engine.exportState()
    let second = engine.run(window, parameters: parameters, gradient: &once)
    #expect(first != second)

    engine.importState(states)
    var again: Parameters<Float>?
    #expect(engine.run(window, parameters: parameters, gradient: &again) == second)
    for stream in 0..<streams { engine.resetState(stream: stream) }
    var twice: Parameters<Float>? = Parameters(parameters.layout)
    #expect(engine.run(window, parameters: parameters, gradient: &twice) == first)
    for stream in 0..<streams { engine.resetState(stream: stream) }
    let single = try #require(twice)
    _ = engine.run(window, parameters: parameters, gradient: &twice)
    for (one, two) in zip(single.values, try #require(twice).values) {
      if abs(two - 2 * one) > 1e-5 * (abs(one) + 1e-3) { Issue.record("\(two), not twice \(one)") }
    }
  }

  /// What training with rounding sees is what the fixed-point network does, up to the gates' and
  /// cell states' own roundings.
  @Test func roundingIsThatOfTheFixedPointNetwork() throws {
    let parameters = Parameters<Float>.random(
      .fastSlow(fastCells: 2, fastUnits: 64, slowUnits: 64), seed: 6)
    let (streams, steps) = (4, 8)
    let meant = Parameters(try Quantizer.quantize(parameters))
    func loss(_ parameters: Parameters<Float>, rounds: Bool) -> Double {
      var none: Parameters<Float>?
      return SinglePrecisionEngine.plain(parameters, streams: streams, steps: steps).run(
        Self.window(streams: streams, steps: steps, TrainingPass(rounds: rounds)),
        parameters: parameters, gradient: &none)
    }
    let rounded = loss(parameters, rounds: true)
    #expect(abs(rounded - loss(meant, rounds: true)) < 0.02 * Double(streams * steps))
    #expect(rounded != loss(parameters, rounds: false))
  }
}
