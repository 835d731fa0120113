import CKernels
import Model
import Prediction
import Testing
import TestSupport

@Suite("Whole predictions do not depend on the kernel table")
struct KernelPredictionTests {
  @Test(
    "for several shapes and lanes",
    arguments: [(2, 16, 16, 1), (2, 48, 80, 5), (3, 80, 48, 17), (4, 32, 64, 3)])
  func predictions(fastCells: Int, fastUnits: Int, slowUnits: Int, lanes: Int) throws {
    try check(
      NetworkShape(fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits), lanes: lanes)
  }

  @Test("for all kinds of cells", arguments: CellKind.allCases, CellKind.allCases)
  func kinds(fast: CellKind, slow: CellKind) throws {
    for (fastUnits, slowUnits, lanes) in [(16, 16, 1), (48, 80, 5), (80, 48, 17)] {
      try check(
        NetworkShape(
          fastCells: 2, fastUnits: fastUnits, slowUnits: slowUnits, fastKind: fast, slowKind: slow),
        lanes: lanes)
    }
  }

  private func check(_ shape: NetworkShape, lanes: Int) throws {
    var generator = SplitMix64(seed: UInt64(lanes))
    let network = QuantizedNetwork.random(shape: shape, &generator)
    let text = (0..<200 * lanes).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let expected = trees(PreparedNetwork(network, kernels: ScalarKernels.table), text, lanes)
    #expect(Set(expected).count >= 150, "the predictions hardly change")
    for table in Kernels.available.dropFirst() {
      let result = trees(PreparedNetwork(network, kernels: table), text, lanes)
      let different = zip(result, expected).enumerated().first { $1.0 != $1.1 }?.offset
      #expect(different == nil, "\(table.tableName)")
    }
  }

  /// A hash of the tree of each lane at each step.
  private func trees(_ network: PreparedNetwork, _ text: [UInt8], _ lanes: Int) -> [UInt64] {
    let predictor = Predictor([network], lanes: lanes)
    var hashes: [UInt64] = []
    for step in 0..<text.count / lanes {
      predictor.predict(active: lanes)
      for lane in 0..<lanes {
        let tree = UnsafeBufferPointer(start: predictor.trees(lane: lane), count: 512)
        hashes.append(tree.reduce(0) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
      }
      text.withUnsafeBufferPointer { predictor.update(bytes: $0.baseAddress! + step * lanes) }
    }
    return hashes
  }
}

extension QuantizedNetwork {
  /// A network in which the gates are about as open as in a trained one.
  fileprivate static func random(
    shape: NetworkShape, _ generator: inout SplitMix64
  ) -> QuantizedNetwork {
    func values(_ count: Int, _ range: ClosedRange<Int16>) -> [Int16] {
      Pattern.uniform.fill(count, in: range, &generator)
    }
    func matrix(rows: Int, columns: Int) -> QuantizedMatrix {
      QuantizedMatrix(
        shift: 4, multipliers: values(rows, 8000...32767),
        weights: columns == 0
          ? [] : Pattern.uniform.fill(rows * columns, in: -127...127, &generator))
    }
    let cells = shape.cells.map { cell in
      QuantizedCell(
        matrix: matrix(rows: cell.rows, columns: cell.columns.count),
        gateEpsilons: (0..<cell.kind.gateCount).map { _ in
          UInt32.random(in: 1...10000, using: &generator)
        },
        gateGains: values(cell.rows, 500...4000), gateBiases: values(cell.rows, -4096...8192),
        stateNorm: cell.kind.normalizesState
          ? QuantizedCell.StateNorm(
            epsilon: 66, gains: values(cell.units, 500...3000),
            biases: values(cell.units, -2000...2000)) : nil,
        ownWeights: cell.kind.weighsOwnState ? values(cell.rows, -8000...8000) : [])
    }
    return QuantizedNetwork(
      shape: shape, cells: cells, embedding: values(256 * shape.cells[0].rows, -8000...8000),
      output: matrix(rows: 256, columns: shape.fastUnits), outputBiases: values(256, -500...500))
  }
}
