import Model

/// Turns an FS-RNN in floating point into the fixed-point one that predicts: int8 weights with a
/// scale a row, and everything else in the formats of the predictor's definition.
public enum Quantizer {
  /// - Throws: `ModelError.unsupportedShape`, also for networks of another family.
  package static func quantize(_ parameters: Parameters<Float>) throws(ModelError)
    -> QuantizedNetwork
  {
    let topology = parameters.layout.topology
    guard topology.family == .fastSlow else {
      throw .unsupportedShape("a \(topology.family.rawValue) has no fixed-point form")
    }
    let (fast, slow) = (topology.cells[0], topology.cells[1])
    let shape = try NetworkShape(
      fastCells: topology.cells.count - 1, fastUnits: topology.units[fast.state],
      slowUnits: topology.units[slow.state], fastKind: fast.kind, slowKind: slow.kind)
    let embedding = parameters.matrix("E")
    let first = ProjectionScale(
      parameters.matrix(of: fast), gates: fast.kind.gateCount, addend: embedding)
    let perLog2 = 1.4426950408889634  // log2(e): the predictor counts in bits
    let output = ProjectionScale(parameters.matrix("Wo"), units: 128 * perLog2)
    return QuantizedNetwork(
      shape: shape,
      cells: topology.cells.map { cell in
        let scale =
          cell.input == .byte
          ? first : ProjectionScale(parameters.matrix(of: cell), gates: cell.kind.gateCount)
        return quantize(cell, of: parameters, scale)
      },
      embedding: embedding.elements.enumerated().map { index, value in
        saturated(Double(value) * first.units[index % embedding.columns])
      },
      output: quantize(parameters.matrix("Wo"), output),
      outputBiases: parameters["bo"].map { saturated(Double($0) * 128 * perLog2) })
  }

  private static func quantize(
    _ cell: Topology.Cell, of parameters: Parameters<Float>, _ scale: ProjectionScale
  ) -> QuantizedCell {
    let epsilon = Double(Topology.normalizationEpsilon)
    let units = parameters.layout.topology.units[cell.state]
    return QuantizedCell(
      matrix: quantize(parameters.matrix(of: cell), scale),
      gateEpsilons: (0..<cell.kind.gateCount).map { gate in
        let units = scale.units[gate * units]
        return UInt32(min(max((epsilon * units * units).rounded(), 1), 0x1p30))
      },
      gateGains: parameters["g\(cell.name)"].map { saturated(Double($0) * 2048) },
      gateBiases: parameters["b\(cell.name)"].map { saturated(Double($0) * 4096) },
      stateNorm: cell.kind.normalizesState
        ? QuantizedCell.StateNorm(
          epsilon: UInt32((epsilon * 256 * 256).rounded()),
          gains: parameters["gc\(cell.name)"].map { saturated(Double($0) * 2048) },
          biases: parameters["bc\(cell.name)"].map { saturated(Double($0) * 4096) }) : nil,
      ownWeights: cell.kind.weighsOwnState
        ? parameters["a\(cell.name)"].map { saturated(Double($0) * 4096) } : [])
  }

  private static func quantize(
    _ matrix: Parameters<Float>.Matrix, _ scale: ProjectionScale
  ) -> QuantizedMatrix {
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
}
