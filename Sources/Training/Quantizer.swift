import Model

/// Turns a float FS-LSTM into the fixed-point one that predicts: int8 weights with a scale a row,
/// and everything else in the formats of the predictor's definition.
public enum Quantizer {
  /// Accumulators saturate at this many times 127 x the L2 norm of the largest row: about
  /// thirteen standard deviations, hidden states being about 0.3 in root mean square.
  private static let headroom = 4.0

  /// - Throws: `ModelError` for a shape that models cannot have.
  package static func quantize(_ weights: FloatWeights) throws(ModelError) -> QuantizedNetwork {
    let shape = try NetworkShape(
      fastCells: weights.fast.count, fastUnits: weights.fastUnits, slowUnits: weights.slowUnits)
    let first = ProjectionScale(weights.fast[0].weights, addend: weights.embedding)
    let cells = [weights.fast[0], weights.slow] + weights.fast.dropFirst()
    let perLog2 = 1.4426950408889634  // log2(e): the predictor counts in bits
    let output = ProjectionScale(weights.output, units: 128 * perLog2)
    return QuantizedNetwork(
      shape: shape,
      cells: cells.enumerated().map { index, cell in
        quantize(cell, index == 0 ? first : ProjectionScale(cell.weights))
      },
      embedding: weights.embedding.elements.enumerated().map { index, value in
        let row = index % weights.embedding.columns
        return saturated(Double(value) * first.units[row])
      },
      output: quantize(weights.output, output),
      outputBiases: weights.outputBias.map { saturated(Double($0) * 128 * perLog2) })
  }

  private static func quantize(_ cell: FloatWeights.Cell, _ scale: ProjectionScale)
    -> QuantizedCell
  {
    let epsilon = Double(FloatWeights.normalizationEpsilon)
    return QuantizedCell(
      matrix: quantize(cell.weights, scale),
      gateEpsilons: (0..<4).map { gate in
        let units = scale.units[gate * cell.units]
        return UInt32(min(max((epsilon * units * units).rounded(), 1), 0x1p30))
      },
      gateGains: cell.gateGain.map { saturated(Double($0) * 2048) },
      gateBiases: cell.gateBias.map { saturated(Double($0) * 4096) },
      cellEpsilon: UInt32((epsilon * 256 * 256).rounded()),
      cellGains: cell.cellGain.map { saturated(Double($0) * 2048) },
      cellBiases: cell.cellBias.map { saturated(Double($0) * 4096) })
  }

  private static func quantize(_ matrix: FloatWeights.Matrix, _ scale: ProjectionScale)
    -> QuantizedMatrix
  {
    QuantizedMatrix(
      shift: scale.shift,
      multipliers: (0..<matrix.rows).map { row in
        saturated(scale.steps[row] / 127 * scale.units[row] * Double(1 << (scale.shift + 15)))
      },
      weights: (0..<matrix.rows).flatMap { row in
        matrix.row(row).map { Int8((Double($0) / scale.steps[row]).rounded()) }
      })
  }

  private static func saturated(_ value: Double) -> Int16 {
    Int16(min(max(value.rounded(), -32768), 32767))
  }

  /// The scales of a projection: of its weights, its accumulators and its results.
  private struct ProjectionScale {
    /// [rows]: what one step of an int8 weight stands for.
    let steps: [Double]
    /// Right shift of the accumulators, 0...15.
    let shift: Int
    /// [rows]: how many units of the result make 1.
    let units: [Double]

    /// For a cell: each gate has the finest units that its row multipliers, and the values that
    /// are added to it, allow. Layer norm divides them out again.
    init(_ matrix: FloatWeights.Matrix, addend: FloatWeights.Matrix? = nil) {
      let steps = Self.steps(matrix)
      let shift = Self.shift(matrix, steps)
      let gateRows = matrix.rows / 4
      units = (0..<matrix.rows).map { $0 / gateRows }.map { gate in
        let rows = gate * gateRows..<(gate + 1) * gateRows
        var units = Self.finestUnits(steps[rows], shift: shift)
        if let addend {
          let largest = (0..<addend.rows).lazy.flatMap { addend.row($0).dropFirst(rows.lowerBound)
            .prefix(gateRows) }.map { abs(Double($0)) }.max() ?? 0
          if largest * units > 32767 { units = 32767 / largest }
        }
        return units
      }
      self.steps = steps
      self.shift = shift
    }

    /// For results in given units; the shift gives way where the multipliers would not fit.
    init(_ matrix: FloatWeights.Matrix, units: Double) {
      steps = Self.steps(matrix)
      var shift = Self.shift(matrix, steps)
      while shift > 0, Self.finestUnits(steps[...], shift: shift) < units { shift -= 1 }
      self.shift = shift
      self.units = Array(repeating: units, count: matrix.rows)
    }

    private static func steps(_ matrix: FloatWeights.Matrix) -> [Double] {
      (0..<matrix.rows).map { row in
        let largest = matrix.row(row).map { abs(Double($0)) }.max() ?? 0
        return largest > 0 ? largest / 127 : 1
      }
    }

    private static func shift(_ matrix: FloatWeights.Matrix, _ steps: [Double]) -> Int {
      let norms = (0..<matrix.rows).map { row in
        matrix.row(row).reduce(0) { sum, value in
          let weight = (Double(value) / steps[row]).rounded()
          return sum + weight * weight
        }.squareRoot()
      }
      let limit = (norms.max() ?? 0) * 127 * headroom
      return (0..<15).first { limit <= Double(32767 << $0) } ?? 15
    }

    /// The most units that leave every multiplier, step / 127 x units x 2^shift, below 1.
    private static func finestUnits(_ steps: ArraySlice<Double>, shift: Int) -> Double {
      32767 / 32768 / ((steps.max() ?? 1) / 127 * Double(1 << shift))
    }
  }
}
