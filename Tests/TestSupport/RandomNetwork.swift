import Model

extension QuantizedNetwork {
  /// A network of arbitrary numbers, all of them in the middle of their ranges.
  package static func random(
    fastCells: Int = 2, fastUnits: Int = 16, slowUnits: Int = 32, seed: UInt64
  ) throws -> QuantizedNetwork {
    try make(fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits, seed: seed) {
      range, random in
      let middle = (range.lowerBound + range.upperBound) / 2
      let reach = (range.upperBound - range.lowerBound) / 4
      return random.next(in: middle - reach...middle + reach)
    }
  }

  /// A network of the ends of every range, and nothing between.
  package static func extreme(
    fastCells: Int = 2, fastUnits: Int = 16, slowUnits: Int = 32, seed: UInt64
  ) throws -> QuantizedNetwork {
    try make(fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits, seed: seed) {
      range, random in
      random.next() % 2 == 0 ? range.lowerBound : range.upperBound
    }
  }

  private static func make(
    fastCells: Int, fastUnits: Int, slowUnits: Int, seed: UInt64,
    draw: (ClosedRange<Int>, inout SplitMix64) -> Int
  ) throws -> QuantizedNetwork {
    var random = SplitMix64(seed: seed)
    let shape = try NetworkShape(
      fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits)
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
        matrix: matrix(4 * cell.units, cell.inputs), gateEpsilons: (0..<4).map { _ in epsilon() },
        gateGains: values(4 * cell.units), gateBiases: values(4 * cell.units),
        cellEpsilon: epsilon(), cellGains: values(cell.units), cellBiases: values(cell.units))
    }
    return QuantizedNetwork(
      shape: shape, cells: cells, embedding: values(256 * 4 * fastUnits),
      output: matrix(256, fastUnits), outputBiases: values(256))
  }
}
