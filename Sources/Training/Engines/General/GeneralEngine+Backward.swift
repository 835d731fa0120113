import Platform

/// From the gradients of logits to those of states and pre-activations.
extension GeneralEngine {
  func goBack(
    _ group: StreamGroup<Scalar>, _ window: TrainingWindow,
    _ parameters: UnsafePointer<Scalar>, _ noise: Noise
  ) {
    let topology = layout.topology
    let outputUnits = topology.units[topology.outputState]
    products.multiply(
      MatrixOperand(elements: tape.logits.base + group.firstRow * 256, stride: 256),
      MatrixOperand(elements: parameters + layout.output, stride: outputUnits),
      rows: group.count * steps, columns: outputUnits, depth: 256,
      into: tape.outputGradient.base + group.firstRow * outputUnits, stride: outputUnits,
      adds: false)
    for buffers in [group.hiddenGradient, group.cellGradient, group.normGradients] {
      for buffer in buffers { buffer.memory.fill(0) }
    }
    for step in (0..<steps).reversed() {
      takeOutputGradient(group, step, noise)
      for cell in topology.cells.indices.reversed() {
        goBack(group, cell, step, parameters, noise)
      }
    }
  }

  private func takeOutputGradient(_ group: StreamGroup<Scalar>, _ step: Int, _ noise: Noise) {
    let state = layout.topology.outputState
    let units = layout.topology.units[state]
    let source = tape.outputGradient.base + (group.firstRow + step * group.count) * units
    for row in 0..<group.count {
      if let dropout = noise.dropout {
        let factors = group.masks[0].base
        dropout.draw(factors, count: units, key: key(noise, .output, 0, group, step, row))
        Self.multiply(source + row * units, by: factors, count: units)
      }
      (group.hiddenGradient[state].base + row * units).add(source + row * units, count: units)
    }
  }

  private func goBack(
    _ group: StreamGroup<Scalar>, _ index: Int, _ step: Int,
    _ parameters: UnsafePointer<Scalar>, _ noise: Noise
  ) {
    let topology = layout.topology
    let cell = topology.cells[index]
    let records = tape.cells[index]
    let first = group.firstRow + step * group.count
    let units = records.units
    let norms = cellNorms(index, parameters)
    let sums = group.normGradients[index].base
    let gradient = LayerNormLSTM<Scalar>.Gradient(
      gateGain: sums, gateBias: sums + 4 * units, cellGain: sums + 8 * units,
      cellBias: sums + 9 * units)
    let previous = previousCell(group, index, step)
    let (hidden, cells) = (
      group.hiddenGradient[cell.state].base, group.cellGradient[cell.state].base
    )
    for row in 0..<group.count {
      norms.backward(
        records.row(first + row), masks: zoneoutMasks(noise, index, group, step, row),
        previousCell: previous + row * units, hiddenGradient: hidden + row * units,
        cellGradient: cells + row * units, gradient: gradient)
    }
    products.multiply(
      MatrixOperand(elements: records.gates.base + first * 4 * units, stride: 4 * units),
      MatrixOperand(elements: parameters + layout.cells[index].weights, stride: records.inputCount),
      rows: group.count, columns: records.inputCount, depth: 4 * units,
      into: group.inputGradient.base, stride: records.inputCount, adds: false)
    scatterInputGradient(group, index, step, noise)
  }

  /// The cell state before a cell's step: what the cell before it on the same state has left.
  private func previousCell(_ group: StreamGroup<Scalar>, _ index: Int, _ step: Int)
    -> UnsafePointer<Scalar>
  {
    let cells = layout.topology.cells
    let state = cells[index].state
    let units = tape.cells[index].units
    if let earlier = cells[..<index].lastIndex(where: { $0.state == state }) {
      return UnsafePointer(
        tape.cells[earlier].cell.base + (group.firstRow + step * group.count) * units)
    }
    guard step > 0, let last = cells.lastIndex(where: { $0.state == state }) else {
      return UnsafePointer(group.initialCell[state].base)
    }
    return UnsafePointer(
      tape.cells[last].cell.base + (group.firstRow + (step - 1) * group.count) * units)
  }

  /// Hands the gradient of a matrix's input on to the hidden states it was made of.
  private func scatterInputGradient(
    _ group: StreamGroup<Scalar>, _ index: Int, _ step: Int, _ noise: Noise
  ) {
    let topology = layout.topology
    let cell = topology.cells[index]
    let inputCount = tape.cells[index].inputCount
    var column = 0
    for state in topology.matrixInputs(of: cell) {
      let units = topology.units[state]
      for row in 0..<group.count {
        let source = group.inputGradient.base + row * inputCount + column
        if state != cell.state, let dropout = noise.dropout {
          let factors = group.masks[0].base
          dropout.draw(factors, count: units, key: key(noise, .input, index, group, step, row))
          Self.multiply(source, by: factors, count: units)
        }
        (group.hiddenGradient[state].base + row * units).add(source, count: units)
      }
      column += units
    }
  }
}
