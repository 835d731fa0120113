import Testing
import Training

/// Gradients of the general engine, in double precision, against central differences of its loss.
@Suite struct GradientTests {
  enum Network: String, CaseIterable {
    case fastSlow2, fastSlow4, stacked, sequential

    var topology: Topology {
      switch self {
      case .fastSlow2: .fastSlow(fastCells: 2, fastUnits: 8, slowUnits: 16)
      case .fastSlow4: .fastSlow(fastCells: 4, fastUnits: 8, slowUnits: 8)
      case .stacked: .stacked(layers: 3, units: 8)
      case .sequential: .sequential(cells: 3, units: 8)
      }
    }
  }

  static let streams = 2
  static let steps = 3
  /// Few, so that some rows of E are met several times.
  static let bytes: [UInt8] = [10, 97, 200]
  static let noisy = Regularization(keptInputs: 0.7, updatedHidden: 0.8, updatedCells: 0.6)

  static func window(_ pass: TrainingPass) -> TrainingWindow {
    var generator = TestGenerator(seed: 5)
    func draw() -> [UInt8] {
      (0..<streams * steps).map { _ in bytes[Int(generator.next() % 3)] }
    }
    return TrainingWindow(inputs: draw(), targets: draw(), noise: 42, pass: pass)
  }

  /// Parameters away from where gains are 1 and biases 0.
  static func parameters(_ topology: Topology) -> [Double] {
    var generator = TestGenerator(seed: 3)
    return Parameters<Float>.initial(topology, seed: 1).values.map {
      Double($0) + 0.2 * generator.nextSigned()
    }
  }

  @Test(
    arguments: Network.allCases,
    [
      TrainingPass(), TrainingPass(regularization: noisy),
      TrainingPass(regularization: noisy, drawsMasks: false),
    ])
  func gradientsAreDerivatives(network: Network, pass: TrainingPass) {
    let layout = ParameterLayout(network.topology)
    let window = Self.window(pass)
    var parameters = Self.parameters(network.topology)
    let engine = DoublePrecisionEngine(
      network.topology, streams: Self.streams, steps: Self.steps, threads: 1)
    // States that are not zero take part.
    _ = engine.loss(window, parameters: parameters)
    let states = engine.states
    let gradient = engine.gradient(window, parameters: parameters)

    func loss(at index: Int, moved offset: Double) -> Double {
      let old = parameters[index]
      defer { parameters[index] = old }
      parameters[index] += offset
      engine.states = states
      return engine.loss(window, parameters: parameters) / Double(Self.streams * Self.steps)
    }
    let step = 1e-5
    for entry in layout.entries {
      var errors = 0.0
      var squares = 0.0
      for index in entry.range {
        let row = (index - entry.range.lowerBound) / entry.shape.last!
        if entry.name == "E", !Self.bytes.contains(UInt8(row)) {
          if gradient[index] != 0 { Issue.record("byte \(row) was never seen") }
          continue
        }
        let expected = (loss(at: index, moved: step) - loss(at: index, moved: -step)) / (2 * step)
        let error = gradient[index] - expected
        errors += error * error
        squares += expected * expected
        // Differences of the loss are exact to some 1e-10.
        if abs(error) >= 1e-5 * abs(expected) + 1e-9 {
          Issue.record("\(entry.name)[\(index)]: \(gradient[index]), should be \(expected)")
        }
      }
      #expect(squares > 0, "\(entry.name)")
      #expect((errors / squares).squareRoot() < 1e-5, "\(entry.name)")
    }
  }

  @Test(arguments: Network.allCases)
  func threadsOnlyChangeTheOrderOfSums(network: Network) {
    let window = Self.window(TrainingPass(regularization: Self.noisy))
    let parameters = Self.parameters(network.topology)
    let gradients = [1, 2].map { threads in
      DoublePrecisionEngine(
        network.topology, streams: Self.streams, steps: Self.steps, threads: threads
      ).gradient(window, parameters: parameters)
    }
    for (one, two) in zip(gradients[0], gradients[1]) where abs(one - two) > 1e-12 {
      Issue.record("\(one) is not \(two)")
    }
  }
}
