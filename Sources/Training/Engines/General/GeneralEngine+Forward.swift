import Platform

/// Logits are computed for this many rows at once, which then are in the cache for the softmax.
private let logitRows = 256

/// From bytes to code lengths.
extension GeneralEngine {
  func advance(
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
        elements: records.inputs.base + first * records.inputCount,
        stride: records.inputCount),
      MatrixOperand(
        elements: parameters + layout.cells[index].weights, stride: records.inputCount,
        isTransposed: true),
      rows: group.count, columns: gateCount, depth: records.inputCount,
      into: records.gates.base + first * gateCount, stride: gateCount, adds: false)

    let norms = cellNorms(index, parameters)
    let (hidden, cells) = (group.hidden[cell.state].base, group.cell[cell.state].base)
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
    (records.cell.base + first * records.units)
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
        let target = records.inputs.base + (first + row) * records.inputCount + column
        target.update(from: group.hidden[state].base + row * units, count: units)
        if state != cell.state, let dropout = noise.dropout {
          let factors = group.masks[0].base
          dropout.draw(factors, count: units, key: key(noise, .input, index, group, step, row))
          Self.multiply(target, by: factors, count: units)
        }
      }
      column += units
    }
  }

  func writeOutput(_ group: StreamGroup<Scalar>, _ step: Int, _ noise: Noise) {
    let state = layout.topology.outputState
    let units = layout.topology.units[state]
    let first = group.firstRow + step * group.count
    let target = tape.output.base + first * units
    target.update(from: group.hidden[state].base, count: group.count * units)
    guard let dropout = noise.dropout else { return }
    for row in 0..<group.count {
      let factors = group.masks[0].base
      dropout.draw(factors, count: units, key: key(noise, .output, 0, group, step, row))
      Self.multiply(target + row * units, by: factors, count: units)
    }
  }

  /// Logits of all rows, the code lengths of their targets in nats, and the gradients of the mean
  /// of these.
  func score(
    _ group: StreamGroup<Scalar>, _ window: TrainingWindow,
    _ parameters: UnsafePointer<Scalar>, needsGradient: Bool
  ) -> Double {
    let units = layout.topology.units[layout.topology.outputState]
    let bias = parameters + layout.outputBias
    let weight = needsGradient ? 1 / Scalar(streams * steps) : nil
    let total = group.count * steps
    var loss = 0.0
    for chunk in stride(from: 0, to: total, by: logitRows) {
      let count = min(logitRows, total - chunk)
      let first = group.firstRow + chunk
      products.multiply(
        MatrixOperand(elements: tape.output.base + first * units, stride: units),
        MatrixOperand(elements: parameters + layout.output, stride: units, isTransposed: true),
        rows: count, columns: 256, depth: units,
        into: tape.logits.base + first * 256, stride: 256, adds: false)
      for row in chunk..<chunk + count {
        let (step, stream) = row.quotientAndRemainder(dividingBy: group.count)
        let index = step * streams + group.range.lowerBound + stream
        let codeLength = Self.crossEntropy(
          tape.logits.base + (group.firstRow + row) * 256, bias: bias,
          target: Int(window.targets[index]), weight: weight)
        tape.codeLengths.base[index] = codeLength
        loss += codeLength
      }
    }
    return loss
  }

  /// -ln softmax(logits + bias)[target].
  ///
  /// - Parameters:
  ///   - logits: [256], before their biases, which are added.
  ///   - weight: nil, or the logits become the gradient of the result times this.
  @inline(__always)
  private static func crossEntropy(
    _ logits: UnsafeMutablePointer<Scalar>, bias: UnsafePointer<Scalar>, target: Int,
    weight: Scalar?
  ) -> Double {
    logits.add(bias, count: 256)
    var tops = logits.eight(0)
    for n in stride(from: 8, to: 256, by: 8) { tops = pointwiseMax(tops, logits.eight(n)) }
    let top = tops.max()
    let distance = Double(top - logits[target])
    var sums = SIMD8<Scalar>.zero
    for n in stride(from: 0, to: 256, by: 8) {
      let power = Scalar.exp(logits.eight(n) - top)
      if weight != nil { logits.store(power, n) }
      sums += power
    }
    let sum = sums.sum()
    if let weight {
      let scale = weight / sum
      for n in stride(from: 0, to: 256, by: 8) { logits.store(logits.eight(n) * scale, n) }
      logits[target] -= weight
    }
    return log(Double(sum)) + distance
  }
}
