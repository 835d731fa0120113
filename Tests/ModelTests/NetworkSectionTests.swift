import Model
import Platform
import Testing
import TestSupport

@Suite struct NetworkSectionTests {
  private func network() throws -> QuantizedNetwork {
    try .random(fastCells: 3, fastUnits: 16, slowUnits: 16, seed: 1)
  }

  @Test func readsWhatItWrote() throws {
    for network in [try network(), try .extreme(fastCells: 4, fastUnits: 48, seed: 2)] {
      #expect(try QuantizedNetwork(network.section) == network)
    }
  }

  @Test(arguments: CellKind.allCases, CellKind.allCases)
  func readsWhatItWroteOfEveryKind(fast: CellKind, slow: CellKind) throws {
    let network = try QuantizedNetwork.random(
      fastUnits: 32, slowUnits: 48, fastKind: fast, slowKind: slow, seed: 3)
    let section = network.section
    #expect(try QuantizedNetwork(section) == network)
    // Units are multiples of 16, and the kinds are what is left.
    #expect(section.payload[1] == UInt8(32 + fast.rawValue))
    #expect(section.payload[3] == UInt8(48 + slow.rawValue))
  }

  @Test func kindsThatNobodyKnowsAreRefused() throws {
    let section = try network().section
    for at in [1, 3] {
      for kind in UInt8(CellKind.allCases.count)..<16 {
        #expect(
          throws: ModelError.unsupportedShape(
            "cells of kind \(kind), which this program does not know")
        ) { try QuantizedNetwork(section.changing { $0[at] += kind }) }
      }
    }
  }

  @Test func aCellThatWouldSeeNothingIsRefused() throws {
    for kind in [CellKind.minGRU, .minLSTM] {
      #expect(throws: ModelError.self) {
        try NetworkShape(fastCells: 3, fastUnits: 16, slowUnits: 16, fastKind: kind)
      }
      _ = try NetworkShape(fastCells: 2, fastUnits: 16, slowUnits: 16, fastKind: kind)
    }
    _ = try NetworkShape(fastCells: 3, fastUnits: 16, slowUnits: 16, fastKind: .diagonalGRU)
  }

  @Test func theSizeFollowsFromTheShape() throws {
    let section = try network().section
    for (at, value) in [(0, 4), (1, 32), (2, 1), (3, 32), (4, 1)] as [(Int, UInt8)] {
      #expect {
        try QuantizedNetwork(section.changing { $0[at] = value })
      } throws: {
        guard case ModelError.wrongSize("NETW", _, section.payload.count) = $0 else {
          return false
        }
        return true
      }
    }
    #expect(throws: ModelError.self) {
      try QuantizedNetwork(section.changing { $0.append(0) })
    }
    for count in 0..<section.payload.count where count < 10 || count % 101 == 0 {
      #expect(throws: ModelError.self) {
        try QuantizedNetwork(ModelSection(.network, section.payload.prefix(count)))
      }
    }
  }

  @Test func numbersOutOfRangeAreRefused() throws {
    func refused(_ name: String, _ change: (inout QuantizedNetwork) -> Void) throws {
      var network = try network()
      change(&network)
      #expect(throws: ModelError.valueOutOfRange(name)) { try QuantizedNetwork(network.section) }
    }
    try refused("weight of cell 1") {
      var weights = Array($0.cells[0].matrix.weights)
      weights[5] = -128
      $0.cells[0].matrix.weights = SharedSlice(weights)
    }
    try refused("multiplier of cell 2") { $0.cells[1].matrix.multipliers[3] = -1 }
    try refused("epsilon of cell 3") { $0.cells[2].stateNorm?.epsilon = 0 }
    try refused("epsilon of cell 3") { $0.cells[2].gateEpsilons[3] = 1 << 30 + 1 }
    try refused("shift of output") { $0.output.shift = 16 }
  }

  @Test func shapesAreChecked() {
    for (k, f, s) in [(1, 16, 16), (17, 16, 16), (2, 0, 16), (2, 24, 16), (2, 16, 4112)] {
      #expect(throws: ModelError.self) {
        try NetworkShape(fastCells: k, fastUnits: f, slowUnits: s)
      }
    }
  }

  @Test func countsParametersAndMultiplyAdds() throws {
    let shape = try NetworkShape(fastCells: 2, fastUnits: 256, slowUnits: 384)
    #expect(shape.parameterCount == 2_237_440)
    #expect(shape.multiplyAddsPerByte == 1_966_080)
  }

  /// Gates that do not see their own hidden state cost no multiply-adds for it.
  @Test func countsThoseOfOtherCells() throws {
    func shape(_ fast: CellKind, _ slow: CellKind) throws -> NetworkShape {
      try NetworkShape(
        fastCells: 2, fastUnits: 64, slowUnits: 128, fastKind: fast, slowKind: slow)
    }
    let output = 256 * 64, lstms = 4 * 64 * 64 + 4 * 64 * (64 + 128)
    let slowGRU = try shape(.lstm, .minGRU)
    #expect(slowGRU.multiplyAddsPerByte == lstms + 2 * 128 * 64 + output)
    #expect(
      slowGRU.parameterCount
        == slowGRU.multiplyAddsPerByte + 256 * 4 * 64 + 256 + 2 * 10 * 64 + 4 * 128)
    #expect(
      try shape(.lstm, .diagonalGRU).parameterCount
        == lstms + 3 * 128 * 64 + output + 256 * 4 * 64 + 256 + 2 * 10 * 64 + 9 * 128)
    #expect(
      try shape(.minGRU, .minLSTM).multiplyAddsPerByte == 2 * 64 * 128 + 3 * 128 * 64 + output)
  }
}
