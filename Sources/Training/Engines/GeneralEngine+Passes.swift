import Platform

/// Logits are computed for so many rows at once, which then are in the cache for the softmax.
private let logitRows = 256

/// One group's way through a window.
extension GeneralEngine {
  private struct Noise {
    let key: UInt64
    let dropout: UnitMasks<Scalar>?
    let hidden: UnitMasks<Scalar>?
    let cell: UnitMasks<Scalar>?

    init(_ window: TrainingWindow) {
      let (regularization, draws) = (window.pass.regularization, window.pass.drawsMasks)
      key = window.noise
      dropout = .dropout(kept: regularization.keptInputs, draws: draws)
      hidden = .zoneout(updated: regularization.updatedHidden, draws: draws)
      cell = .zoneout(updated: regularization.updatedCells, draws: draws)
    }
  }

  func runGroup(
    _ index: Int, _ window: TrainingWindow, _ parameters: UnsafePointer<Scalar>,
    needsGradient: Bool
  ) {
    let group = groups[index]
    let noise = Noise(window)
    for (initial, cell) in zip(group.initialCell, group.cell) {
      initial.start.update(from: cell.start, count: cell.count)
    }
    for step in 0..<steps {
      for cell in layout.topology.cells.indices {
        advance(group, cell, step, window, parameters, noise)
      }
      writeOutput(group, step, noise)
    }
    group.loss = score(group, window, parameters, needsGradient: needsGradient)
    if needsGradient { goBack(group, window, parameters, noise) }
  }

  private func cellNorms(_ index: Int, _ parameters: UnsafePointer<Scalar>)
    -> LayerNormLSTM<Scalar>
  {
    let offsets = layout.cells[index]
    return LayerNormLSTM(
      units: tape.cells[index].units,
      gateGain: parameters + offsets.gateGain, gateBias: parameters + offsets.gateBias,
      cellGain: parameters + offsets.cellGain, cellBias: parameters + offsets.cellBias)
  }

  /// The key of a stream's masks: the same however streams are divided among threads.
  private func key(
    _ noise: Noise, _ use: MaskUse, _ cell: Int, _ group: StreamGroup<Scalar>, _ step: Int,
    _ row: Int
  ) -> UInt64 {
    use.key(noise: noise.key, cell: cell, row: step * streams + group.range.lowerBound + row)
  }

  private func zoneoutMasks(
    _ noise: Noise, _ index: Int, _ group: StreamGroup<Scalar>, _ step: Int, _ row: Int
  ) -> LayerNormLSTM<Scalar>.Masks {
    var masks = LayerNormLSTM<Scalar>.Masks()
    let units = tape.cells[index].units
    if let hidden = noise.hidden {
      let factors = group.masks[0].start
      hidden.draw(factors, count: units, key: key(noise, .hidden, index, group, step, row))
      masks.hidden = UnsafePointer(factors)
    }
    if let cell = noise.cell {
      let factors = group.masks[1].start
      cell.draw(factors, count: units, key: key(noise, .cell, index, group, step, row))
      masks.cell = UnsafePointer(factors)
    }
    return masks
  }

  // MARK: Forward

  private func advance(
    _ group: StreamGroup<Scalar>, _ index: Int, _ step: Int, _ window: TrainingWindow,
    _ parameters: UnsafePointer<Scalar>, _ noise: Noise
  ) {
    let topology = layout.topology
    let cell = topology.cells[index]
    let records = tape.cells[index]
    let first = group.firstRow + step * group.count
    let gateCount = 4 * records.units

    gatherInputs(group, index, step, noise)
    products.multiply(
      MatrixOperand(
        elements: records.inputs.start + first * records.inputCount,
        stride: records.inputCount),
      MatrixOperand(
        elements: parameters + layout.cells[index].weights, stride: records.inputCount,
        isTransposed: true),
      rows: group.count, columns: gateCount, depth: records.inputCount,
      into: records.gates.start + first * gateCount, stride: gateCount, adds: false)

    let norms = cellNorms(index, parameters)
    let (hidden, cells) = (group.hidden[cell.state].start, group.cell[cell.state].start)
    for row in 0..<group.count {
      let record = records.row(first + row)
      if cell.input == .byte {
        let byte = Int(window.inputs[step * streams + group.range.lowerBound + row])
        record.gates.add(parameters + layout.embedding + byte * gateCount, count: gateCount)
      }
      norms.forward(
        record, masks: zoneoutMasks(noise, index, group, step, row),
        cell: cells + row * records.units, hidden: hidden + row * records.units,
        rounds: window.pass.rounds)
    }
    (records.cell.start + first * records.units)
      .update(from: cells, count: group.count * records.units)
  }

  /// Puts the hidden states that a cell sees side by side.
  private func gatherInputs(
    _ group: StreamGroup<Scalar>, _ index: Int, _ step: Int, _ noise: Noise
  ) {
    let topology = layout.topology
    let cell = topology.cells[index]
    let records = tape.cells[index]
    let first = group.firstRow + step * group.count
    var column = 0
    for state in topology.matrixInputs(of: cell) {
      let units = topology.units[state]
      for row in 0..<group.count {
        let target = records.inputs.start + (first + row) * records.inputCount + column
        target.update(from: group.hidden[state].start + row * units, count: units)
        if state != cell.state, let dropout = noise.dropout {
          let factors = group.masks[0].start
          dropout.draw(factors, count: units, key: key(noise, .input, index, group, step, row))
          Self.multiply(target, by: factors, count: units)
        }
      }
      column += units
    }
  }

  private func writeOutput(_ group: StreamGroup<Scalar>, _ step: Int, _ noise: Noise) {
    let state = layout.topology.outputState
    let units = layout.topology.units[state]
    let first = group.firstRow + step * group.count
    let target = tape.output.start + first * units
    target.update(from: group.hidden[state].start, count: group.count * units)
    guard let dropout = noise.dropout else { return }
    for row in 0..<group.count {
      let factors = group.masks[0].start
      dropout.draw(factors, count: units, key: key(noise, .output, 0, group, step, row))
      Self.multiply(target + row * units, by: factors, count: units)
    }
  }

  @inline(__always)
  private static func multiply(
    _ values: UnsafeMutablePointer<Scalar>, by factors: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    for n in stride(from: 0, to: count, by: 8) {
      values.store(values.eight(n) * factors.eight(n), n)
    }
  }

  // MARK: Loss

  /// Logits of all rows, their code lengths in nats, and the gradients of their mean.
  private func score(
    _ group: StreamGroup<Scalar>, _ window: TrainingWindow,
    _ parameters: UnsafePointer<Scalar>, needsGradient: Bool
  ) -> Double {
    let units = layout.topology.units[layout.topology.outputState]
    let bias = parameters + layout.outputBias
    let weight = 1 / Scalar(streams * steps)
    let total = group.count * steps
    var loss = 0.0
    for chunk in stride(from: 0, to: total, by: logitRows) {
      let count = min(logitRows, total - chunk)
      let first = group.firstRow + chunk
      products.multiply(
        MatrixOperand(elements: tape.output.start + first * units, stride: units),
        MatrixOperand(elements: parameters + layout.output, stride: units, isTransposed: true),
        rows: count, columns: 256, depth: units,
        into: tape.logits.start + first * 256, stride: 256, adds: false)
      for row in chunk..<chunk + count {
        let (step, stream) = row.quotientAndRemainder(dividingBy: group.count)
        let target = window.targets[step * streams + group.range.lowerBound + stream]
        loss += Self.crossEntropy(
          tape.logits.start + (group.firstRow + row) * 256, bias: bias, target: Int(target),
          weight: weight)
      }
    }
    return loss
  }

  /// -ln softmax(logits + bias)[target]; the logits become `weight` times its gradient.
  @inline(__always)
  private static func crossEntropy(
    _ logits: UnsafeMutablePointer<Scalar>, bias: UnsafePointer<Scalar>, target: Int,
    weight: Scalar
  ) -> Double {
    logits.add(bias, count: 256)
    var tops = logits.eight(0)
    for n in stride(from: 8, to: 256, by: 8) { tops = pointwiseMax(tops, logits.eight(n)) }
    let top = tops.max()
    let distance = Double(top - logits[target])
    var sums = SIMD8<Scalar>.zero
    for n in stride(from: 0, to: 256, by: 8) {
      let power = Scalar.exp(logits.eight(n) - top)
      logits.store(power, n)
      sums += power
    }
    let sum = sums.sum()
    let scale = weight / sum
    for n in stride(from: 0, to: 256, by: 8) { logits.store(logits.eight(n) * scale, n) }
    logits[target] -= weight
    return log(Double(sum)) + distance
  }

  // MARK: Backward

  private func goBack(
    _ group: StreamGroup<Scalar>, _ window: TrainingWindow,
    _ parameters: UnsafePointer<Scalar>, _ noise: Noise
  ) {
    let topology = layout.topology
    let outputUnits = topology.units[topology.outputState]
    products.multiply(
      MatrixOperand(elements: tape.logits.start + group.firstRow * 256, stride: 256),
      MatrixOperand(elements: parameters + layout.output, stride: outputUnits),
      rows: group.count * steps, columns: outputUnits, depth: 256,
      into: tape.outputGradient.start + group.firstRow * outputUnits, stride: outputUnits,
      adds: false)
    for buffers in [group.hiddenGradient, group.cellGradient, group.normGradients] {
      for buffer in buffers { buffer.clear() }
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
    let source = tape.outputGradient.start + (group.firstRow + step * group.count) * units
    for row in 0..<group.count {
      if let dropout = noise.dropout {
        let factors = group.masks[0].start
        dropout.draw(factors, count: units, key: key(noise, .output, 0, group, step, row))
        Self.multiply(source + row * units, by: factors, count: units)
      }
      (group.hiddenGradient[state].start + row * units).add(source + row * units, count: units)
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
    let sums = group.normGradients[index].start
    let gradient = LayerNormLSTM<Scalar>.Gradient(
      gateGain: sums, gateBias: sums + 4 * units, cellGain: sums + 8 * units,
      cellBias: sums + 9 * units)
    let previous = previousCell(group, index, step)
    let (hidden, cells) = (
      group.hiddenGradient[cell.state].start, group.cellGradient[cell.state].start
    )
    for row in 0..<group.count {
      norms.backward(
        records.row(first + row), masks: zoneoutMasks(noise, index, group, step, row),
        previousCell: previous + row * units, hiddenGradient: hidden + row * units,
        cellGradient: cells + row * units, gradient: gradient)
    }
    products.multiply(
      MatrixOperand(elements: records.gates.start + first * 4 * units, stride: 4 * units),
      MatrixOperand(elements: parameters + layout.cells[index].weights, stride: records.inputCount),
      rows: group.count, columns: records.inputCount, depth: 4 * units,
      into: group.inputGradient.start, stride: records.inputCount, adds: false)
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
        tape.cells[earlier].cell.start + (group.firstRow + step * group.count) * units)
    }
    guard step > 0, let last = cells.lastIndex(where: { $0.state == state }) else {
      return UnsafePointer(group.initialCell[state].start)
    }
    return UnsafePointer(
      tape.cells[last].cell.start + (group.firstRow + (step - 1) * group.count) * units)
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
        let source = group.inputGradient.start + row * inputCount + column
        if state != cell.state, let dropout = noise.dropout {
          let factors = group.masks[0].start
          dropout.draw(factors, count: units, key: key(noise, .input, index, group, step, row))
          Self.multiply(source, by: factors, count: units)
        }
        (group.hiddenGradient[state].start + row * units).add(source, count: units)
      }
      column += units
    }
  }

  // MARK: Weights

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
      of left: Buffer<Scalar>, _ leftCount: Int, _ right: Buffer<Scalar>, _ rightCount: Int,
      to offset: Int
    ) {
      let share = share(of: leftCount)
      guard !share.isEmpty else { return }
      products.multiply(
        MatrixOperand(
          elements: left.start + share.lowerBound, stride: leftCount, isTransposed: true),
        MatrixOperand(elements: right.start, stride: rightCount),
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
        .add(tape.logits.start + row * 256 + biases.lowerBound, count: biases.count)
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
              tape.cells[0].gates.start + record * gateCount + columns.lowerBound,
              count: columns.count)
        }
      }
    }
  }
}
