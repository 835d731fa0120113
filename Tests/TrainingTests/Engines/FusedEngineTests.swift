import Testing

import Training

@Suite struct FusedEngineTests {
  /// A window's worth of work for an engine.
  struct Case: CustomTestStringConvertible {
    let topology: Topology
    let steps: Int
    let streams: Int

    var testDescription: String {
      "\(topology.family.rawValue), \(topology.cells.count) cells, \(steps) x \(streams)"
    }

    var parameters: Parameters<Float> {
      var generator = TestGenerator(seed: 3)
      return generator.parameters(topology)
    }

    func window(seed: UInt64, rounds: Bool = false) -> TrainingWindow {
      var generator = TestGenerator(seed: seed)
      return TrainingWindow(
        inputs: generator.bytes(steps * streams), targets: generator.bytes(steps * streams),
        pass: TrainingPass(rounds: rounds))
    }

    func engine(_ kernels: FusedKernels, threads: Int = 1) -> FusedEngine {
      FusedEngine(
        topology: topology, steps: steps, streams: streams, threads: threads, kernels: kernels)
    }

    var reference: DoublePrecisionEngine {
      DoublePrecisionEngine(topology, streams: streams, steps: steps, threads: 1)
    }
  }

  static let cases = [
    Case(
      topology: .fastSlow(fastCells: 2, fastUnits: 32, slowUnits: 48), steps: 4, streams: 5),
    Case(
      topology: .fastSlow(fastCells: 4, fastUnits: 48, slowUnits: 32), steps: 3, streams: 17),
    Case(topology: .stacked(layers: 3, units: 32), steps: 4, streams: 3),
    Case(topology: .sequential(cells: 3, units: 32), steps: 4, streams: 3),
  ]

  /// Tables by name: those of machines that this one is not are not here.
  static let kernels = FusedKernels.available.map(\.name)

  /// How far gradients may be off, relative to their length. Hidden states are rounded to half
  /// precision by all tables; some round more.
  static func tolerance(_ kernels: String) -> Double {
    ["portable", "avx2", "avx512"].contains(kernels) ? 0.01 : 0.04
  }

  static func kernels(_ name: String) -> FusedKernels {
    FusedKernels.available.first { $0.name == name }!
  }

  @Test(arguments: cases, kernels)
  func lossAndGradientAreThoseOfDoublePrecision(test: Case, kernels: String) {
    let engine = test.engine(Self.kernels(kernels)), reference = test.reference
    let parameters = test.parameters, doubles = parameters.values.map(Double.init)
    // The second window begins with the states that the first has left.
    for seed in 1...2 as ClosedRange<UInt64> {
      let window = test.window(seed: seed)
      let states = reference.states
      let expectedLoss = reference.loss(window, parameters: doubles)
      let statesAfter = reference.states
      reference.states = states
      let expected = reference.gradient(window, parameters: doubles)
      reference.states = statesAfter
      var result: Parameters<Float>? = Parameters(parameters.layout)
      let loss = engine.run(window, parameters: parameters, gradient: &result)

      #expect(abs(loss - expectedLoss) < 1e-3 * expectedLoss)
      for entry in parameters.layout.entries {
        let found = result!.values[entry.range]
        let length = expected[entry.range].reduce(0) { $0 + $1 * $1 }.squareRoot()
        let distance = zip(found, expected[entry.range])
          .reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }.squareRoot()
        #expect(length > 1e-6, "\(entry.name)")
        #expect(distance < Self.tolerance(kernels) * length, "\(entry.name)")
      }
    }
  }

  @Test(arguments: kernels)
  func lossIsThatOfSinglePrecision(kernels: String) {
    let topology = Topology.fastSlow(fastCells: 2, fastUnits: 64, slowUnits: 96)
    let parameters = Parameters<Float>.random(topology, seed: 1)
    let test = Case(topology: topology, steps: 16, streams: 5)
    let window = test.window(seed: 1)
    let expected = SinglePrecisionEngine.plain(
      parameters, streams: test.streams, steps: test.steps
    ).evaluate(window.inputs, targets: window.targets, parameters)
    var none: Parameters<Float>?
    let loss = test.engine(Self.kernels(kernels)).run(
      window, parameters: parameters, gradient: &none)
    #expect(abs(loss - expected) < 1e-3 * expected)
  }

  @Test(arguments: kernels)
  func threadsShareTheWork(kernels: String) {
    let test = Case(
      topology: .fastSlow(fastCells: 2, fastUnits: 32, slowUnits: 48), steps: 5, streams: 40)
    let window = test.window(seed: 1)
    let results = [1, 2, 3].map { threads in
      let engine = test.engine(Self.kernels(kernels), threads: threads)
      var gradient: Parameters<Float>? = Parameters(test.parameters.layout)
      let loss = engine.run(window, parameters: test.parameters, gradient: &gradient)
      return (loss: loss, gradient: gradient!, state: engine.exportState())
    }
    for result in results.dropFirst() {
      #expect(abs(result.loss - results[0].loss) < 1e-9 * results[0].loss)
      #expect(result.state == results[0].state)
      for entry in test.parameters.layout.entries {
        var (difference, square) = (0.0, 0.0)
        for index in entry.range {
          let (a, b) = (results[0].gradient.values[index], result.gradient.values[index])
          difference += Double(a - b) * Double(a - b)
          square += Double(a) * Double(a)
        }
        #expect(difference < 1e-10 * square, "\(entry.name)")
      }
    }
  }

  @Test(arguments: kernels, [1, 2])
  func sameInputGivesTheSameBits(kernels: String, threads: Int) {
    let test = Self.cases[1]
    let results = (0..<2).map { _ in
      let engine = test.engine(Self.kernels(kernels), threads: threads)
      var gradient: Parameters<Float>? = Parameters(test.parameters.layout)
      let losses = (1...3 as ClosedRange<UInt64>).map {
        engine.run(test.window(seed: $0), parameters: test.parameters, gradient: &gradient)
      }
      return (losses: losses, gradient: gradient!, state: engine.exportState())
    }
    #expect(results[0].losses == results[1].losses)
    #expect(results[0].gradient == results[1].gradient)
    #expect(results[0].state == results[1].state)
  }

  @Test(arguments: cases, kernels)
  func continuesFromAnExportedState(test: Case, kernels: String) {
    let engine = test.engine(Self.kernels(kernels))
    var gradient: Parameters<Float>? = Parameters(test.parameters.layout)
    _ = engine.run(test.window(seed: 1), parameters: test.parameters, gradient: &gradient)
    let other = test.engine(Self.kernels(kernels))
    other.importState(engine.exportState())
    #expect(other.exportState() == engine.exportState())

    var gradients = [Parameters<Float>?](repeating: Parameters(test.parameters.layout), count: 2)
    let window = test.window(seed: 2)
    let loss = engine.run(window, parameters: test.parameters, gradient: &gradients[0])
    #expect(other.run(window, parameters: test.parameters, gradient: &gradients[1]) == loss)
    #expect(gradients[0] == gradients[1])
    #expect(other.exportState() == engine.exportState())
  }

  @Test func resetStreamsBeginAnew() {
    let test = Self.cases[0]
    let engine = test.engine(.fastest)
    var none: Parameters<Float>?
    let fresh = engine.run(test.window(seed: 1), parameters: test.parameters, gradient: &none)
    let later = engine.run(test.window(seed: 1), parameters: test.parameters, gradient: &none)
    #expect(fresh != later)
    for stream in 0..<test.streams { engine.resetState(stream: stream) }
    #expect(engine.exportState().allSatisfy { $0 == 0 })
    #expect(
      engine.run(test.window(seed: 1), parameters: test.parameters, gradient: &none) == fresh)
  }

  @Test func addsToTheGradient() {
    let test = Self.cases[0], window = test.window(seed: 1)
    func gradient(from start: Float) -> Parameters<Float> {
      let engine = test.engine(.fastest)
      var gradient: Parameters<Float>? = Parameters(test.parameters.layout)
      for index in gradient!.values.indices { gradient!.values[index] = start }
      _ = engine.run(window, parameters: test.parameters, gradient: &gradient)
      return gradient!
    }
    let (zero, one) = (gradient(from: 0), gradient(from: 1))
    #expect(zip(zero.values, one.values).allSatisfy { abs($0 + 1 - $1) < 1e-5 })
  }

  @Test(arguments: kernels)
  func roundsAsQuantizationWill(kernels: String) {
    let test = Self.cases[0], window = test.window(seed: 1, rounds: true)
    let engine = test.engine(Self.kernels(kernels))
    var none: Parameters<Float>?
    let loss = engine.run(window, parameters: test.parameters, gradient: &none)
    // Hidden states are multiples of 1/127.
    let units = test.topology.units[0]
    for value in engine.exportState()[..<(units * test.streams)] {
      #expect(abs(value * 127 - (value * 127).rounded()) < 0.04)
    }
    // Weights that are rounded already do not change.
    var rounded = test.parameters
    for entry in rounded.layout.entries where entry.name.hasPrefix("W") {
      let columns = entry.shape[1]
      for row in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: columns) {
        let scale = rounded.values[row..<row + columns].map(abs).max()! / 127
        for index in row..<row + columns {
          rounded.values[index] = (rounded.values[index] / scale).rounded() * scale
        }
      }
    }
    let other = test.engine(Self.kernels(kernels))
    let same = other.run(window, parameters: rounded, gradient: &none)
    #expect(abs(same - loss) < 1e-5 * loss)
    let plain = test.engine(Self.kernels(kernels))
    #expect(plain.run(test.window(seed: 1), parameters: test.parameters, gradient: &none) != loss)
  }

  @Test(arguments: kernels)
  func followsTheGradientDown(kernels: String) {
    let test = Case(
      topology: .fastSlow(fastCells: 2, fastUnits: 32, slowUnits: 32), steps: 8, streams: 16)
    let engine = test.engine(Self.kernels(kernels), threads: 2)
    var parameters = test.parameters
    var window = test.window(seed: 1)
    window.inputs = window.inputs.map { $0 % 4 }
    window.targets = window.inputs
    var losses: [Double] = []
    for _ in 0..<60 {
      var gradient: Parameters<Float>? = Parameters(parameters.layout)
      for stream in 0..<test.streams { engine.resetState(stream: stream) }
      losses.append(engine.run(window, parameters: parameters, gradient: &gradient))
      for index in parameters.values.indices {
        parameters.values[index] -= 0.5 * gradient!.values[index]
      }
    }
    #expect(losses.last! < 0.5 * losses[0])
  }

  @Test(arguments: kernels)
  func whatIsNotANumberShows(kernels: String) {
    let test = Self.cases[0]
    let engine = test.engine(Self.kernels(kernels))
    var parameters = test.parameters
    parameters["WS"] = parameters["WS"].indices.map { $0 % 100 == 7 ? .nan : 0.1 }[...]
    var gradient: Parameters<Float>? = Parameters(parameters.layout)
    let loss = engine.run(test.window(seed: 1), parameters: parameters, gradient: &gradient)
    #expect(!loss.isFinite)
    #expect(gradient!.firstNotFinite != nil)
  }

  @Test func supportsWhatItCanDo() {
    let topology = Self.cases[0].topology
    #expect(FusedEngine.supports(topology, TrainingPass(rounds: true)))
    #expect(
      !FusedEngine.supports(
        topology, TrainingPass(regularization: Regularization(keptInputs: 0.9))))
    #expect(!FusedEngine.supports(.stacked(layers: 1, units: 20), TrainingPass()))
  }
}
