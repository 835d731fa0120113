import Testing
import Training

@Suite struct TopologyTests {
  @Test(arguments: [
    NetworkSize(.fastSlow, cells: 3, units: 16, slowUnits: 32),
    NetworkSize(.stacked, cells: 3, units: 16), NetworkSize(.sequential, cells: 2, units: 32),
  ])
  func sizesAreThoseOfTheirTopology(size: NetworkSize) {
    #expect(NetworkSize(size.topology) == size)
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
}
