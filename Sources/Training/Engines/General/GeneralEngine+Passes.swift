/// One group's way through a window.
extension GeneralEngine {
  struct Noise {
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
      initial.base.update(from: cell.base, count: cell.count)
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

  func cellNorms(_ index: Int, _ parameters: UnsafePointer<Scalar>)
    -> LayerNormLSTM<Scalar>
  {
    let offsets = layout.cells[index]
    return LayerNormLSTM(
      units: tape.cells[index].units,
      gateGain: parameters + offsets.gateGain, gateBias: parameters + offsets.gateBias,
      cellGain: parameters + offsets.cellGain, cellBias: parameters + offsets.cellBias)
  }

  /// The key of a stream's masks: the same however streams are divided among threads.
  func key(
    _ noise: Noise, _ use: MaskUse, _ cell: Int, _ group: StreamGroup<Scalar>, _ step: Int,
    _ row: Int
  ) -> UInt64 {
    use.key(noise: noise.key, cell: cell, row: step * streams + group.range.lowerBound + row)
  }

  func zoneoutMasks(
    _ noise: Noise, _ index: Int, _ group: StreamGroup<Scalar>, _ step: Int, _ row: Int
  ) -> LayerNormLSTM<Scalar>.Masks {
    var masks = LayerNormLSTM<Scalar>.Masks()
    let units = tape.cells[index].units
    if let hidden = noise.hidden {
      let factors = group.masks[0].base
      hidden.draw(factors, count: units, key: key(noise, .hidden, index, group, step, row))
      masks.hidden = UnsafePointer(factors)
    }
    if let cell = noise.cell {
      let factors = group.masks[1].base
      cell.draw(factors, count: units, key: key(noise, .cell, index, group, step, row))
      masks.cell = UnsafePointer(factors)
    }
    return masks
  }

  @inline(__always)
  static func multiply(
    _ values: UnsafeMutablePointer<Scalar>, by factors: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    for n in stride(from: 0, to: count, by: 8) {
      values.store(values.eight(n) * factors.eight(n), n)
    }
  }
}
