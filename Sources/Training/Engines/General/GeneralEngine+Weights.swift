import Platform

/// From the gradients of pre-activations to those of the parameters.
extension GeneralEngine {
  /// Adds some rows of each matrix's gradient.
  ///
  /// - Parameter part: which of as many parts as there are groups.
  func addMatrixGradients(
    part: Int, _ window: TrainingWindow, _ gradient: UnsafeMutablePointer<Scalar>
  ) {
    let rows = streams * steps
    /// In eights, so that vectors are never cut.
    func share(of count: Int) -> Range<Int> {
      let eights = count / 8
      return 8 * (part * eights / groups.count)..<8 * ((part + 1) * eights / groups.count)
    }
    func addProduct(
      of left: SharedBuffer<Scalar>, _ leftCount: Int,
      _ right: SharedBuffer<Scalar>, _ rightCount: Int, to offset: Int
    ) {
      let share = share(of: leftCount)
      guard !share.isEmpty else { return }
      products.multiply(
        MatrixOperand(
          elements: left.base + share.lowerBound, stride: leftCount, isTransposed: true),
        MatrixOperand(elements: right.base, stride: rightCount),
        rows: share.count, columns: rightCount, depth: rows,
        into: gradient + offset + share.lowerBound * rightCount, stride: rightCount, adds: true)
    }
    for (records, offsets) in zip(tape.cells, layout.cells) {
      addProduct(
        of: records.gates, 4 * records.units, records.inputs, records.inputCount,
        to: offsets.weights)
    }
    let outputUnits = layout.topology.units[layout.topology.outputState]
    addProduct(of: tape.logits, 256, tape.output, outputUnits, to: layout.output)

    let biases = share(of: 256)
    for row in 0..<rows where !biases.isEmpty {
      (gradient + layout.outputBias + biases.lowerBound)
        .add(tape.logits.base + row * 256 + biases.lowerBound, count: biases.count)
    }
    addEmbeddingGradient(window, gradient, columns: share(of: 4 * tape.cells[0].units))
  }

  private func addEmbeddingGradient(
    _ window: TrainingWindow, _ gradient: UnsafeMutablePointer<Scalar>, columns: Range<Int>
  ) {
    let gateCount = 4 * tape.cells[0].units
    for group in groups {
      for step in 0..<steps {
        for row in 0..<group.count {
          let byte = Int(window.inputs[step * streams + group.range.lowerBound + row])
          let record = group.firstRow + step * group.count + row
          (gradient + layout.embedding + byte * gateCount + columns.lowerBound)
            .add(
              tape.cells[0].gates.base + record * gateCount + columns.lowerBound,
              count: columns.count)
        }
      }
    }
  }
}
