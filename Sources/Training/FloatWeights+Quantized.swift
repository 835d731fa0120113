import Model

extension FloatWeights {
  /// The float network that a model in fixed point stands for: what its integers mean, not the
  /// numbers it was once made of, which quantization has rounded.
  ///
  /// A gate's pre-activations are in units that follow from its epsilon; matrix and table are in
  /// these units.
  package init(_ network: QuantizedNetwork) {
    let cells = network.cells.map(Self.cell)
    let units = Self.units(of: network.cells[0])
    let gates = 4 * network.shape.fastUnits
    embedding = Matrix(
      rows: 256, columns: gates,
      elements: network.embedding.enumerated().map { index, value in
        Float(Double(value) / units[index % gates])
      })
    fast = [cells[0]] + cells.dropFirst(2)
    slow = cells[1]
    // Logits are in Q7 of base-2 logarithms.
    let perLogit = 128 * 1.4426950408889634
    output = Self.matrix(
      network.output, units: Array(repeating: perLogit, count: network.output.rows))
    outputBias = network.outputBiases.map { Float(Double($0) / perLogit) }
  }

  private static func cell(_ cell: QuantizedCell) -> Cell {
    Cell(
      units: cell.cellGains.count, weights: matrix(cell.matrix, units: units(of: cell)),
      gateGain: cell.gateGains.map { Float($0) / 2048 },
      gateBias: cell.gateBiases.map { Float($0) / 4096 },
      cellGain: cell.cellGains.map { Float($0) / 2048 },
      cellBias: cell.cellBiases.map { Float($0) / 4096 })
  }

  /// [4H]: how many units of a row's pre-activation make 1.
  private static func units(of cell: QuantizedCell) -> [Double] {
    let rows = cell.gateGains.count / 4
    return (0..<4 * rows).map { row in
      let epsilon = Double(cell.gateEpsilons[row / rows])
      return (epsilon / Double(FloatWeights.normalizationEpsilon)).squareRoot()
    }
  }

  private static func matrix(_ matrix: QuantizedMatrix, units: [Double]) -> Matrix {
    let columns = matrix.columns
    let scales = (0..<matrix.rows).map { row in
      // A hidden state's 127 stands for 1.
      127 * Double(matrix.multipliers[row]) / Double(1 << (matrix.shift + 15)) / units[row]
    }
    return Matrix(
      rows: matrix.rows, columns: columns,
      elements: matrix.weights.enumerated().map { Float(Double($1) * scales[$0 / columns]) })
  }
}
