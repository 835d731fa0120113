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
      var numbers = TestNumbers(seed: 3)
      return numbers.parameters(topology)
    }

    func window(seed: UInt64, rounds: Bool = false) -> TrainingWindow {
      var numbers = TestNumbers(seed: seed)
      return TrainingWindow(
        inputs: numbers.bytes(steps * streams), targets: numbers.bytes(steps * streams),
        pass: TrainingPass(rounds: rounds))
    }

    func engine(_ kernels: FusedKernels, threads: Int = 1) -> FusedEngine {
      FusedEngine(
        topology: topology, steps: steps, streams: streams, threads: threads, kernels: kernels)
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

  /// How far derivatives may be off along a random direction, in lengths of the gradient. Hidden
  /// states are rounded to half precision by all tables; some round more.
  static func tolerance(_ kernels: String) -> Double {
    ["portable", "avx512"].contains(kernels) ? 0.004 : 0.03
  }

  static func kernels(_ name: String) -> FusedKernels {
    FusedKernels.available.first { $0.name == name }!
  }

  @Test(arguments: cases, kernels)
  func lossIsThatOfThePlainNetwork(test: Case, kernels: String) {
    let engine = test.engine(Self.kernels(kernels))
    var plain = PlainNetwork(test.parameters.doubles, streams: test.streams)
    // The second window begins with the states that the first has left.
    for seed in 1...2 as ClosedRange<UInt64> {
      let window = test.window(seed: seed)
      var none: Parameters<Float>?
      let loss = engine.run(window, parameters: test.parameters, gradient: &none)
      let expected = plain.run(window)
      #expect(abs(loss - expected) < 1e-3 * expected)
    }
  }

  /// The derivative along random directions in each tensor's space, against central differences.
  @Test(arguments: cases, kernels)
  func gradientIsThatOfThePlainNetwork(test: Case, kernels: String) {
    let window = test.window(seed: 1), parameters = test.parameters
    let engine = test.engine(Self.kernels(kernels))
    var result: Parameters<Float>? = Parameters(parameters.layout)
    _ = engine.run(window, parameters: parameters, gradient: &result)
    let gradient = result!
    #expect(gradient.firstNotFinite == nil)

    var numbers = TestNumbers(seed: 4)
    for entry in parameters.layout.entries {
      let length = gradient.values[entry.range].reduce(0.0) { $0 + Double($1) * Double($1) }
        .squareRoot()
      #expect(length > 1e-6, "\(entry.name)")
      for kind in 0..<3 {
        // Along the gradient itself, and twice along directions that know nothing of it, in which a
        // wrong number anywhere shows.
        let direction = entry.range.map { index in
          kind == 0 ? Double(gradient.values[index]) / length : numbers.signed()
        }
        func loss(_ distance: Double) -> Double {
          var moved = parameters.doubles
          for (offset, index) in entry.range.enumerated() {
            moved.values[index] += distance * direction[offset]
          }
          var plain = PlainNetwork(moved, streams: test.streams)
          return plain.run(window) / Double(window.inputs.count)
        }
        let step = 1e-4
        let expected = (loss(step) - loss(-step)) / (2 * step)
        let found = zip(entry.range, direction).reduce(0.0) {
          $0 + Double(gradient.values[$1.0]) * $1.1
        }
        #expect(
          abs(found - expected) < Self.tolerance(kernels) * length,
          "\(entry.name): \(found), not \(expected)")
      }
    }
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
