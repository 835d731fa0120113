import Testing
import Training

/// The general engine in single precision, where OpenBLAS is installed.
@Suite(.enabled(if: (try? OpenBLAS.loaded) != nil)) struct OpenBLASEngineTests {
  static let noisy = Regularization(keptInputs: 0.7, updatedHidden: 0.8, updatedCells: 0.6)
  static let topology = Topology.fastSlow(fastCells: 3, fastUnits: 32, slowUnits: 48)

  static func window(streams: Int, steps: Int, _ pass: TrainingPass = .init()) -> TrainingWindow {
    var numbers = TestGenerator(seed: 8)
    return TrainingWindow(
      inputs: numbers.bytes(streams * steps), targets: numbers.bytes(streams * steps), noise: 3,
      pass: pass)
  }

  static func engine(_ topology: Topology, streams: Int, steps: Int) throws -> OpenBLASEngine {
    try OpenBLASEngine(
      topology, streams: streams, steps: steps, threads: 2, products: OpenBLAS.loaded)
  }

  /// Nats of the window that follows one step of every stream.
  static func networkLoss(_ weights: FloatWeights, _ window: TrainingWindow, streams: Int)
    -> Double
  {
    var network = FloatNetwork(weights: weights, lanes: streams)
    var bits = 0.0
    for start in stride(from: 0, to: window.inputs.count, by: streams) {
      network.step(Array(window.inputs[start..<start + streams]))
      for stream in 0..<streams {
        bits += network.codeLength(of: window.targets[start + stream], lane: stream)
      }
    }
    return bits * 0.6931471805599453
  }

  @Test(arguments: [2, 3, 4])
  func lossIsTheFloatNetworks(fastCells: Int) throws {
    let weights = FloatWeights.random(
      fastCells: fastCells, fastUnits: 32, slowUnits: 16, seed: 4)
    let (streams, steps) = (5, 6)
    let window = Self.window(streams: streams, steps: steps)
    let engine = try Self.engine(
      NetworkSize(weights).topology, streams: streams, steps: steps)
    var none: Parameters<Float>?
    let loss = engine.run(window, parameters: Parameters(weights), gradient: &none)
    let expected = Self.networkLoss(weights, window, streams: streams)
    #expect(abs(loss - expected) < 1e-4 * Double(streams * steps))
  }

  @Test(arguments: [TrainingPass(), TrainingPass(regularization: noisy)])
  func gradientIsThatOfDoublePrecision(pass: TrainingPass) throws {
    let (streams, steps) = (6, 4)
    var numbers = TestGenerator(seed: 2)
    let parameters = numbers.parameters(Self.topology)
    let window = Self.window(streams: streams, steps: steps, pass)
    let exact = DoublePrecisionEngine(
      Self.topology, streams: streams, steps: steps, threads: 1
    ).gradient(window, parameters: parameters.doubles)
    var gradient: Parameters<Float>? = Parameters(parameters.layout)
    _ = try Self.engine(Self.topology, streams: streams, steps: steps)
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

  @Test func gradientsAreAddedAndStatesCarried() throws {
    let (streams, steps) = (3, 4)
    var numbers = TestGenerator(seed: 2)
    let parameters = numbers.parameters(Self.topology)
    let window = Self.window(streams: streams, steps: steps)
    let engine = try Self.engine(Self.topology, streams: streams, steps: steps)
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
    let weights = FloatWeights.random(fastCells: 2, fastUnits: 64, slowUnits: 64, seed: 6)
    let (streams, steps) = (4, 8)
    let window = Self.window(streams: streams, steps: steps, TrainingPass(rounds: true))
    var none: Parameters<Float>?
    let rounded = try Self.engine(NetworkSize(weights).topology, streams: streams, steps: steps)
      .run(window, parameters: Parameters(weights), gradient: &none)

    let meant = FloatWeights(try Quantizer.quantize(weights))
    let stored = try Self.engine(NetworkSize(weights).topology, streams: streams, steps: steps)
      .run(window, parameters: Parameters(meant), gradient: &none)
    #expect(abs(rounded - stored) < 0.02 * Double(streams * steps))
    #expect(rounded != Self.networkLoss(weights, window, streams: streams))
  }
}
