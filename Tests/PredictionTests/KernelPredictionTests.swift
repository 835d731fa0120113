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
    let shape = try NetworkShape(
      fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits)
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
        weights: Pattern.uniform.fill(rows * columns, in: -127...127, &generator))
    }
    let cells = shape.cells.map { cell in
      QuantizedCell(
        matrix: matrix(rows: 4 * cell.units, columns: cell.inputs),
        gateEpsilons: (0..<4).map { _ in UInt32.random(in: 1...10000, using: &generator) },
        gateGains: values(4 * cell.units, 500...4000),
        gateBiases: values(4 * cell.units, -4096...8192), cellEpsilon: 66,
        cellGains: values(cell.units, 500...3000), cellBiases: values(cell.units, -2000...2000))
    }
    return QuantizedNetwork(
      shape: shape, cells: cells, embedding: values(256 * 4 * shape.fastUnits, -8000...8000),
      output: matrix(rows: 256, columns: shape.fastUnits), outputBiases: values(256, -500...500))
  }
}
