import Model

extension QuantizedNetwork {
  /// A network of arbitrary numbers, all of them in the middle of their ranges.
  package static func random(
    fastCells: Int = 2, fastUnits: Int = 16, slowUnits: Int = 32, fastKind: CellKind = .lstm,
    slowKind: CellKind = .lstm, seed: UInt64
  ) throws -> QuantizedNetwork {
    let shape = try NetworkShape(
      fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits, fastKind: fastKind,
      slowKind: slowKind)
    return make(shape, seed: seed) { range, random in
      let middle = (range.lowerBound + range.upperBound) / 2
      let reach = (range.upperBound - range.lowerBound) / 4
      return random.next(in: middle - reach...middle + reach)
    }
  }

  /// A network of the ends of every range, and nothing between.
  package static func extreme(
    fastCells: Int = 2, fastUnits: Int = 16, slowUnits: Int = 32, fastKind: CellKind = .lstm,
    slowKind: CellKind = .lstm, seed: UInt64
  ) throws -> QuantizedNetwork {
    let shape = try NetworkShape(
      fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits, fastKind: fastKind,
      slowKind: slowKind)
    return make(shape, seed: seed) { range, random in
      random.next() % 2 == 0 ? range.lowerBound : range.upperBound
    }
  }

  private static func make(
    _ shape: NetworkShape, seed: UInt64, draw: (ClosedRange<Int>, inout SplitMix64) -> Int
  ) -> QuantizedNetwork {
    var random = SplitMix64(seed: seed)
    func values(_ count: Int, _ range: ClosedRange<Int> = -32768...32767) -> [Int16] {
      (0..<count).map { _ in Int16(draw(range, &random)) }
    }
    func matrix(_ rows: Int, _ columns: Int) -> QuantizedMatrix {
      QuantizedMatrix(
        shift: draw(0...15, &random), multipliers: values(rows, 0...32767),
        weights: (0..<rows * columns).map { _ in Int8(draw(-127...127, &random)) })
    }
    func epsilon() -> UInt32 { UInt32(draw(1...1 << 30, &random)) }
    let cells = shape.cells.map { cell in
      QuantizedCell(
        matrix: matrix(cell.rows, cell.columns.count),
        gateEpsilons: (0..<cell.kind.gateCount).map { _ in epsilon() },
        gateGains: values(cell.rows), gateBiases: values(cell.rows),
        stateNorm: cell.kind.normalizesState
          ? QuantizedCell.StateNorm(
            epsilon: epsilon(), gains: values(cell.units), biases: values(cell.units)) : nil,
        ownWeights: cell.kind.weighsOwnState ? values(cell.rows) : [])
    }
    return QuantizedNetwork(
      shape: shape, cells: cells, embedding: values(256 * shape.cells[0].rows),
      output: matrix(256, shape.fastUnits), outputBiases: values(256))
  }
}
