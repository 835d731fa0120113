import CTrainingKernels

/// One thread's part of a window: some of the streams, through all steps, forward and backward. A
/// thread meets no other on the way.
struct FusedWorker: Sendable {
  let streams: Range<Int>
  /// A left operand of any product.
  private let left: FusedMemory<UInt8>
  /// A product: 4H, or 256, or a cell's inputs, a stream.
  private let product: FusedMemory<Float>
  /// 13H, for the backward pass of one row.
  private let scratch: FusedMemory<Float>
  /// Gradients with respect to the states of the streams, for each state: [streams][units].
  private let hiddenGradient: [FusedMemory<Float>]
  private let cellGradient: [FusedMemory<Float>]
  /// Gradients of the gains and biases of each cell, in the order in which they lie among the
  /// parameters, [10H]; and of the output's biases.
  let normGradient: [FusedMemory<Float>]
  let outputBiasGradient: FusedMemory<Float>

  init(streams: Range<Int>, window: FusedWindow, kernels: FusedKernels) {
    let count = streams.count, units = window.topology.units
    let widest = max(256, 4 * units.max()!, window.cells.map(\.inputs).max()!)
    self.streams = streams
    left = FusedMemory(count: kernels.leftBytes(rows: count, depth: widest))
    product = FusedMemory(count: count * widest)
    scratch = FusedMemory(count: 13 * units.max()!)
    hiddenGradient = units.map { FusedMemory(count: count * $0) }
    cellGradient = units.map { FusedMemory(count: count * $0) }
    normGradient = window.cells.map { FusedMemory(count: 10 * $0.units) }
    outputBiasGradient = FusedMemory(count: 256)
  }

  /// Returns the sum of the code lengths of the streams' targets in nats.
  func forward(_ run: FusedRun) -> Double {
    if run.history != nil { outputBiasGradient.clear() }
    var loss = 0.0
    for step in 0..<run.window.steps {
      let row = step * run.window.streams + streams.lowerBound
      for cell in run.window.cells.indices { forward(run, cell: cell, row: row) }
      loss += self.loss(run, row: row)
    }
    return loss
  }

  private func forward(_ run: FusedRun, cell index: Int, row: Int) {
    let window = run.window, cell = window.cells[index]
    multiply(
      run, cell.input.start + row * cell.inputs, width: cell.inputs, scales: nil,
      by: run.matrices[index].forward, columns: 4 * cell.units, into: product.start, adds: false)
    let seesByte = index == 0
    let history = run.history?.cells[index]
    let (place, otherPlace) = (cell.hidden[0], cell.hidden.count > 1 ? cell.hidden[1] : nil)
    var step = fst_cell_forward(
      norms: run.norms(index), rows: Int32(streams.count), sums: product.start,
      embedding: seesByte ? run.parameters + run.layout.embedding : nil,
      bytes: run.inputs + row,
      previous_cell: cell.previousStates.start
        + (row + cell.previousDelay * window.streams) * cell.units,
      cell: cell.states.start + (row + window.streams) * cell.units,
      normalized: history.map { $0.normalized.start + row * 4 * cell.units },
      moments: history.map { $0.moments.start + row * Int(FST_MOMENTS) },
      hidden: (
        place.pointer(row: row, streams: window.streams),
        otherPlace?.pointer(row: row, streams: window.streams)
      ),
      hidden_stride: (place.stride, otherPlace?.stride ?? 0),
      rounds_hidden: run.roundsHidden)
    run.kernels.table.cell_forward(&step)
  }

  private func loss(_ run: FusedRun, row: Int) -> Double {
    let window = run.window
    multiply(
      run, window.output.memory.start + row * window.outputUnits, width: window.outputUnits,
      scales: nil, by: run.output.forward, columns: 256, into: product.start, adds: false)
    var step = fst_cross_entropy(
      rows: Int32(streams.count), weight: 1 / Float(window.rows),
      bias: run.parameters + run.layout.outputBias, targets: run.targets + row,
      logits: product.start, bias_gradient: outputBiasGradient.start,
      gradient: run.history.map { $0.logitGradient.start + row * 256 },
      gradient_scale: run.history.map { $0.logitScale.start + row })
    return run.kernels.table.cross_entropy(&step)
  }

  /// After `forward`: leaves gradients in the history, in `normGradient` and in
  /// `outputBiasGradient`.
  func backward(_ run: FusedRun) {
    for memory in hiddenGradient + cellGradient + normGradient { memory.clear() }
    let window = run.window, topology = window.topology
    for step in (0..<window.steps).reversed() {
      let row = step * window.streams + streams.lowerBound
      multiply(
        run, run.history!.logitGradient.start + row * 256, width: 256,
        scales: run.history!.logitScale.start + row, by: run.output.backward,
        columns: window.outputUnits, into: hiddenGradient[topology.outputState].start,
        adds: true)
      for cell in window.cells.indices.reversed() { backward(run, cell: cell, row: row) }
    }
  }

  private func backward(_ run: FusedRun, cell index: Int, row: Int) {
    let window = run.window, cell = window.cells[index], history = run.history!.cells[index]
    let state = window.topology.cells[index].state
    var step = fst_cell_backward(
      norms: run.norms(index), rows: Int32(streams.count),
      normalized: history.normalized.start + row * 4 * cell.units,
      moments: history.moments.start + row * Int(FST_MOMENTS),
      previous_cell: cell.previousStates.start
        + (row + cell.previousDelay * window.streams) * cell.units,
      cell: cell.states.start + (row + window.streams) * cell.units,
      hidden_gradient: hiddenGradient[state].start, hidden_gradient_stride: cell.units,
      cell_gradient: cellGradient[state].start, parameter_gradient: normGradient[index].start,
      gate_gradient: history.gradient.start + row * 4 * cell.units,
      gate_gradient_scale: history.scale.start + row, scratch: scratch.start)
    run.kernels.table.cell_backward(&step)
    multiply(
      run, history.gradient.start + row * 4 * cell.units, width: 4 * cell.units,
      scales: history.scale.start + row, by: run.matrices[index].backward,
      columns: cell.inputs, into: product.start, adds: false)
    distribute(run, cell: index)
  }

  /// Hands the gradient with respect to a cell's input on to the states that it is made of. Its own
  /// state's is now that of the state before; others have more readers.
  private func distribute(_ run: FusedRun, cell index: Int) {
    let topology = run.window.topology, cell = topology.cells[index]
    let width = run.window.cells[index].inputs
    var column = 0
    for state in topology.matrixInputs(of: cell) {
      let units = topology.units[state]
      for stream in 0..<streams.count {
        let source = product.start + stream * width + column
        let target = hiddenGradient[state].start + stream * units
        if state == cell.state {
          target.update(from: source, count: units)
        } else {
          for unit in 0..<units { target[unit] += source[unit] }
        }
      }
      column += units
    }
  }

  /// A product of this thread's rows.
  private func multiply(
    _ run: FusedRun, _ values: UnsafePointer<UInt16>, width: Int, scales: UnsafePointer<Float>?,
    by right: FusedMemory<UInt8>, columns: Int, into result: UnsafeMutablePointer<Float>,
    adds: Bool
  ) {
    let rows = Int32(streams.count)
    run.kernels.table.pack_left(values, width, scales, rows, Int32(width), left.start)
    run.kernels.table.multiply(
      left.start, right.start, rows, Int32(width), Int32(columns), result, columns, adds)
  }
}
