/// Numbers that never move.
final class Buffer<Scalar: TrainingScalar> {
  let start: UnsafeMutablePointer<Scalar>
  let count: Int

  /// All zero.
  init(_ count: Int) {
    self.count = count
    start = .allocate(capacity: count)
    start.initialize(repeating: 0, count: count)
  }

  deinit { start.deallocate() }

  var contents: [Scalar] {
    get { Array(UnsafeBufferPointer(start: start, count: count)) }
    set {
      precondition(newValue.count == count)
      newValue.withUnsafeBufferPointer { start.update(from: $0.baseAddress!, count: count) }
    }
  }

  func clear() { start.update(repeating: 0, count: count) }
}

/// What the forward pass of a window writes down for the backward pass.
///
/// A row is one stream at one step; the rows of a group of streams are together, step by step.
final class WindowTape<Scalar: TrainingScalar> {
  /// For one cell, all [rows].
  struct Cell {
    /// The input of the matrix.
    let inputs: Buffer<Scalar>
    let inputCount: Int
    let units: Int
    /// See `LayerNormLSTM.Row`.
    let gates: Buffer<Scalar>
    let activations: Buffer<Scalar>
    let normalizedCell: Buffer<Scalar>
    let squashedCell: Buffer<Scalar>
    let scales: Buffer<Scalar>
    /// The cell state that the step left.
    let cell: Buffer<Scalar>

    init(units: Int, inputCount: Int, rows: Int) {
      self.units = units
      self.inputCount = inputCount
      inputs = Buffer(rows * inputCount)
      gates = Buffer(rows * 4 * units)
      activations = Buffer(rows * 4 * units)
      normalizedCell = Buffer(rows * units)
      squashedCell = Buffer(rows * units)
      scales = Buffer(rows * LayerNormLSTM<Scalar>.scaleCount)
      cell = Buffer(rows * units)
    }

    func row(_ index: Int) -> LayerNormLSTM<Scalar>.Row {
      LayerNormLSTM.Row(
        gates: gates.start + index * 4 * units,
        activations: activations.start + index * 4 * units,
        normalizedCell: normalizedCell.start + index * units,
        squashedCell: squashedCell.start + index * units,
        scales: scales.start + index * LayerNormLSTM<Scalar>.scaleCount)
    }
  }

  let cells: [Cell]
  /// The hidden states that the logits are made of; in the end their gradient.
  let output: Buffer<Scalar>
  let outputGradient: Buffer<Scalar>
  /// [256] a row: logits, then their gradient.
  let logits: Buffer<Scalar>

  init(_ topology: Topology, rows: Int) {
    cells = topology.cells.map {
      Cell(units: topology.units[$0.state], inputCount: topology.inputCount(of: $0), rows: rows)
    }
    output = Buffer(rows * topology.units[topology.outputState])
    outputGradient = Buffer(rows * topology.units[topology.outputState])
    logits = Buffer(rows * 256)
  }
}

/// Streams that one thread takes through a window, and their states.
final class StreamGroup<Scalar: TrainingScalar> {
  let range: Range<Int>
  /// The group's first row on the tape.
  let firstRow: Int
  /// For each of the topology's states, [streams][units].
  let hidden: [Buffer<Scalar>]
  let cell: [Buffer<Scalar>]
  /// The cell states at the window's beginning.
  let initialCell: [Buffer<Scalar>]
  /// While going backward.
  let hiddenGradient: [Buffer<Scalar>]
  let cellGradient: [Buffer<Scalar>]
  /// Of the widest matrix input, [streams].
  let inputGradient: Buffer<Scalar>
  /// For each cell, gradients of gains and biases: [10H].
  let normGradients: [Buffer<Scalar>]
  /// Masks of one row.
  let masks: [Buffer<Scalar>]
  /// Nats, of the last window.
  var loss = 0.0
  private let layout: ParameterLayout

  var count: Int { range.count }

  init(_ layout: ParameterLayout, first: Int, end: Int, steps: Int) {
    let topology = layout.topology
    let streams = end - first
    func buffers() -> [Buffer<Scalar>] { topology.units.map { Buffer(streams * $0) } }
    self.layout = layout
    range = first..<end
    firstRow = first * steps
    hidden = buffers()
    cell = buffers()
    initialCell = buffers()
    hiddenGradient = buffers()
    cellGradient = buffers()
    inputGradient = Buffer(streams * (topology.cells.map(topology.inputCount).max() ?? 0))
    normGradients = topology.cells.map { Buffer(10 * topology.units[$0.state]) }
    masks = (0..<2).map { _ in Buffer(topology.units.max() ?? 0) }
  }

  func reset(_ stream: Int) {
    for buffers in [hidden, cell] {
      for (buffer, units) in zip(buffers, layout.topology.units) {
        (buffer.start + (stream - range.lowerBound) * units).update(repeating: 0, count: units)
      }
    }
  }

  func addNormGradients(to gradient: UnsafeMutablePointer<Scalar>) {
    for ((cell, offsets), sums) in zip(zip(layout.topology.cells, layout.cells), normGradients) {
      let units = layout.topology.units[cell.state]
      (gradient + offsets.gateGain).add(sums.start, count: 4 * units)
      (gradient + offsets.gateBias).add(sums.start + 4 * units, count: 4 * units)
      (gradient + offsets.cellGain).add(sums.start + 8 * units, count: units)
      (gradient + offsets.cellBias).add(sums.start + 9 * units, count: units)
    }
  }
}
