import Testing
import Training

@Suite struct TopologyTests {
  @Test func tensorsAreThoseOfACheckpoint() {
    let weights = FloatWeights.random(fastCells: 4, fastUnits: 16, slowUnits: 32, seed: 1)
    let parameters = Parameters(weights)
    for tensor in weights.tensors {
      #expect(parameters.layout[tensor.name]?.shape == tensor.shape)
      #expect(Array(parameters[tensor.name]) == tensor.elements)
    }
    #expect(parameters.layout.entries.count == weights.tensors.count)
    #expect(try! FloatWeights(parameters) == weights)
  }

  @Test func controlsAreWiredAsInThePaper() {
    let stacked = Topology.stacked(layers: 3, units: 16)
    #expect(stacked.units == [16, 16, 16])
    #expect(stacked.cells.map(\.input) == [.byte, .hidden(state: 0), .hidden(state: 1)])
    #expect(stacked.cells.map(stacked.inputCount) == [16, 32, 32])
    let sequential = Topology.sequential(cells: 3, units: 16)
    #expect(sequential.units == [16])
    #expect(sequential.cells.map(\.input) == [.byte, .none, .none])
    #expect(sequential.cells.map(sequential.inputCount) == [16, 16, 16])
  }

  @Test func matricesStartOrthogonalAndForgetGatesOpen() {
    let topology = Topology.fastSlow(fastCells: 2, fastUnits: 16, slowUnits: 32)
    let parameters = Parameters<Float>.initial(topology, seed: 3)
    // W2 is [64, 16 + 32]: two blocks, the columns of each orthonormal.
    let matrix = Array(parameters["W2"])
    for block in [0..<16, 16..<48] {
      for a in block {
        for b in block {
          let product = (0..<64).reduce(0) { $0 + matrix[$1 * 48 + a] * matrix[$1 * 48 + b] }
          if abs(product - (a == b ? 1 : 0)) > 1e-5 { Issue.record("columns \(a) and \(b)") }
        }
      }
    }
    for gate in 0..<4 {
      let biases = parameters["bS"].dropFirst(gate * 32).prefix(32)
      #expect(biases.allSatisfy { $0 == (gate == 2 ? 1 : 0) })
    }
    #expect(parameters["g1"].allSatisfy { $0 == 1 } && parameters["gcS"].allSatisfy { $0 == 1 })
    #expect(parameters == .initial(topology, seed: 3))
    #expect(parameters != .initial(topology, seed: 4))
  }

  @Test func theFirstNumberThatIsNotFiniteIsNamed() {
    var parameters = Parameters<Float>(ParameterLayout(.stacked(layers: 2, units: 16)))
    #expect(parameters.firstNotFinite == nil)
    parameters["W2"][parameters["W2"].startIndex + 7] = .nan
    #expect(parameters.firstNotFinite?.tensor == "W2")
    #expect(parameters.firstNotFinite?.index == 7)
  }

  /// What a model means is quantized to the same model.
  @Test func modelsSurviveTheWayToFloatsAndBack() throws {
    let weights = FloatWeights.random(fastCells: 3, fastUnits: 48, slowUnits: 32, seed: 5)
    let meant = FloatWeights(try Quantizer.quantize(weights))
    for (one, two) in zip(weights.tensors, meant.tensors) {
      #expect(one.name == two.name && one.shape == two.shape)
      let largest = one.elements.map(abs).max() ?? 0
      // Half a step: of a row's 127 at most, and of the output biases' Q7 of base-2 logarithms.
      // The multipliers of output rows are integers of about a hundred in a network so small.
      let error: Float =
        switch one.name {
        case "bo": 0.6931472 / 256
        case "Wo": largest / 254 + largest / 180
        default: largest / 254
        }
      for (a, b) in zip(one.elements, two.elements) where abs(a - b) > error * 1.01 {
        Issue.record("\(one.name): \(b) for \(a)")
      }
    }
    let third = FloatWeights(try Quantizer.quantize(meant))
    for (one, two) in zip(meant.tensors, third.tensors) {
      let largest = one.elements.map(abs).max() ?? 0
      for (a, b) in zip(one.elements, two.elements) where abs(a - b) > largest * 1e-3 {
        Issue.record("\(one.name): \(b) for \(a)")
      }
    }
  }
}
