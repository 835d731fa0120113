import Model

extension Parameters where Scalar == Float {
  /// The float network that one in fixed point stands for: what its integers mean, not the numbers it
  /// was once made of, which quantization has rounded.
  ///
  /// A gate's pre-activations are in units that follow from its epsilon; matrix and table are in
  /// these units.
  package init(_ network: QuantizedNetwork) {
    let shape = network.shape
    let topology = Topology.fastSlow(
      fastCells: shape.fastCells, fastUnits: shape.fastUnits, slowUnits: shape.slowUnits,
      fastKind: shape.fastKind, slowKind: shape.slowKind)
    self.init(ParameterLayout(topology))
    for (cell, quantized) in zip(topology.cells, network.cells) {
      let units = Self.units(of: quantized)
      if cell.input == .byte {
        self["E"] = Self.floats(network.embedding) { Double($0) / units[$1 % units.count] }
      }
      if !quantized.matrix.weights.isEmpty {
        self["W\(cell.name)"] = Self.floats(quantized.matrix, units: units)
      }
      self["g\(cell.name)"] = quantized.gateGains.map { Float($0) / 2048 }[...]
      self["b\(cell.name)"] = quantized.gateBiases.map { Float($0) / 4096 }[...]
      if let norm = quantized.stateNorm {
        self["gc\(cell.name)"] = norm.gains.map { Float($0) / 2048 }[...]
        self["bc\(cell.name)"] = norm.biases.map { Float($0) / 4096 }[...]
      }
      if !quantized.ownWeights.isEmpty {
        self["a\(cell.name)"] = quantized.ownWeights.map { Float($0) / 4096 }[...]
      }
    }
    // Logits are in Q7 of base-2 logarithms.
    let perLogit = 128 * 1.4426950408889634
    self["Wo"] = Self.floats(
      network.output, units: Array(repeating: perLogit, count: network.output.rows))
    self["bo"] = Self.floats(network.outputBiases) { value, _ in Double(value) / perLogit }
  }

  /// [GH]: how many units of a row's pre-activation make 1.
  private static func units(of cell: QuantizedCell) -> [Double] {
    let units = cell.gateGains.count / cell.gateEpsilons.count
    return cell.gateGains.indices.map { row in
      let epsilon = Double(cell.gateEpsilons[row / units])
      return (epsilon / Double(Topology.normalizationEpsilon)).squareRoot()
    }
  }

  private static func floats(_ matrix: QuantizedMatrix, units: [Double]) -> ArraySlice<Float> {
    let columns = matrix.columns
    let scales = (0..<matrix.rows).map { row in
      // A hidden state's 127 stands for 1.
      127 * Double(matrix.multipliers[row]) / Double(1 << (matrix.shift + 15)) / units[row]
    }
    return floats(matrix.weights) { Double($0) * scales[$1 / columns] }
  }

  /// - Parameter meaning: of an integer and its index.
  private static func floats<Number>(
    _ integers: some Collection<Number>, meaning: (Number, Int) -> Double
  ) -> ArraySlice<Float> {
    integers.enumerated().map { Float(meaning($0.element, $0.offset)) }[...]
  }
}
