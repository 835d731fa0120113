import CTrainingKernels
import Platform

/// One thread's part of a window: some of the streams, through all steps, forward and backward. A
/// thread meets no other on the way.
struct FusedWorker: Sendable {
  let streams: Range<Int>
  /// A left operand of any product.
  private let left: SharedBuffer<UInt8>
  /// A product: 4H, or 256, or a cell's inputs, a stream.
  private let product: SharedBuffer<Float>
  /// 13H, for the backward pass of one row.
  private let scratch: SharedBuffer<Float>
  /// Gradients with respect to the states of the streams, for each state: [streams][units].
  private let hiddenGradient: [SharedBuffer<Float>]
  private let cellGradient: [SharedBuffer<Float>]
  /// Gradients of the gains and biases of each cell, in the order in which they lie among the
  /// parameters, [10H]; and of the output's biases.
  let normGradient: [SharedBuffer<Float>]
  let outputBiasGradient: SharedBuffer<Float>

  init(streams: Range<Int>, window: FusedWindow, kernels: FusedKernels) {
    let count = streams.count, units = window.topology.units
    let widest = max(256, 4 * units.max()!, window.cells.map(\.inputs).max()!)
    self.streams = streams
    left = SharedBuffer(window: kernels.leftBytes(rows: count, depth: widest))
    product = SharedBuffer(window: count * widest)
    scratch = SharedBuffer(count: 13 * units.max()!)
    hiddenGradient = units.map { SharedBuffer(window: count * $0) }
    cellGradient = units.map { SharedBuffer(window: count * $0) }
    normGradient = window.cells.map { SharedBuffer(count: 10 * $0.units) }
    outputBiasGradient = SharedBuffer(count: 256)
  }

  /// Returns the sum of the code lengths of the streams' targets in nats.
  func forward(_ run: FusedRun) -> Double {
    if run.history != nil { outputBiasGradient.memory.fill(0) }
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
      run, cell.input.base + row * cell.inputs, width: cell.inputs, scales: nil,
      by: run.matrices[index].forward, columns: 4 * cell.units, into: product.base, adds: false)
    let seesByte = index == 0
    let history = run.history?.cells[index]
    let (place, otherPlace) = (cell.hidden[0], cell.hidden.count > 1 ? cell.hidden[1] : nil)
    var step = fst_cell_forward(
      norms: run.norms(index), rows: Int32(streams.count), sums: product.base,
      embedding: seesByte ? run.parameters + run.layout.embedding : nil,
      bytes: run.inputs + row,
      previous_cell: cell.previousStates.base
        + (row + cell.previousDelay * window.streams) * cell.units,
      cell: cell.states.base + (row + window.streams) * cell.units,
      normalized: history.map { $0.normalized.base + row * 4 * cell.units },
      moments: history.map { $0.moments.base + row * Int(FST_MOMENTS) },
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
      run, window.output.buffer.base + row * window.outputUnits, width: window.outputUnits,
      scales: nil, by: run.output.forward, columns: 256, into: product.base, adds: false)
    var step = fst_cross_entropy(
      rows: Int32(streams.count), weight: 1 / Float(window.rows),
      bias: run.parameters + run.layout.outputBias, targets: run.targets + row,
      logits: product.base, bias_gradient: outputBiasGradient.base,
      gradient: run.history.map { $0.logitGradient.base + row * 256 },
      gradient_scale: run.history.map { $0.logitScale.base + row })
    return run.kernels.table.cross_entropy(&step)
  }

  /// After `forward`: leaves gradients in the history, in `normGradient` and in
  /// `outputBiasGradient`.
  func backward(_ run: FusedRun) {
    for sums in hiddenGradient + cellGradient + normGradient { sums.memory.fill(0) }
    let window = run.window, topology = window.topology
    for step in (0..<window.steps).reversed() {
      let row = step * window.streams + streams.lowerBound
      multiply(
        run, run.history!.logitGradient.base + row * 256, width: 256,
        scales: run.history!.logitScale.base + row, by: run.output.backward,
        columns: window.outputUnits, into: hiddenGradient[topology.outputState].base,
        adds: true)
      for cell in window.cells.indices.reversed() { backward(run, cell: cell, row: row) }
    }
  }

  private func backward(_ run: FusedRun, cell index: Int, row: Int) {
    let window = run.window, cell = window.cells[index], history = run.history!.cells[index]
    let state = window.topology.cells[index].state
    var step = fst_cell_backward(
      norms: run.norms(index), rows: Int32(streams.count),
      normalized: history.normalized.base + row * 4 * cell.units,
      moments: history.moments.base + row * Int(FST_MOMENTS),
      previous_cell: cell.previousStates.base
        + (row + cell.previousDelay * window.streams) * cell.units,
      cell: cell.states.base + (row + window.streams) * cell.units,
      hidden_gradient: hiddenGradient[state].base, hidden_gradient_stride: cell.units,
      cell_gradient: cellGradient[state].base, parameter_gradient: normGradient[index].base,
      gate_gradient: history.gradient.base + row * 4 * cell.units,
      gate_gradient_scale: history.scale.base + row, scratch: scratch.base)
    run.kernels.table.cell_backward(&step)
    multiply(
      run, history.gradient.base + row * 4 * cell.units, width: 4 * cell.units,
      scales: history.scale.base + row, by: run.matrices[index].backward,
      columns: cell.inputs, into: product.base, adds: false)
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
        let source = product.base + stream * width + column
        let target = hiddenGradient[state].base + stream * units
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
    by right: SharedBuffer<UInt8>, columns: Int, into result: UnsafeMutablePointer<Float>,
    adds: Bool
  ) {
    let rows = Int32(streams.count)
    run.kernels.table.pack_left(values, width, scales, rows, Int32(width), left.base)
    run.kernels.table.multiply(
      left.base, right.base, rows, Int32(width), Int32(columns), result, columns, adds)
  }
}
