import Platform

/// What the forward pass of a window writes down for the backward pass.
///
/// A row is one stream at one step; the rows of a group of streams are together, step by step.
final class WindowTape<Scalar: TrainingScalar> {
  /// For one cell, all [rows].
  struct Cell {
    /// The input of the matrix.
    let inputs: SharedBuffer<Scalar>
    let inputCount: Int
    let units: Int
    /// See `LayerNormLSTM.Row`.
    let gates: SharedBuffer<Scalar>
    let activations: SharedBuffer<Scalar>
    let normalizedCell: SharedBuffer<Scalar>
    let squashedCell: SharedBuffer<Scalar>
    let scales: SharedBuffer<Scalar>
    /// The cell state that the step left.
    let cell: SharedBuffer<Scalar>

    init(units: Int, inputCount: Int, rows: Int) {
      self.units = units
      self.inputCount = inputCount
      inputs = SharedBuffer(window: rows * inputCount)
      gates = SharedBuffer(window: rows * 4 * units)
      activations = SharedBuffer(window: rows * 4 * units)
      normalizedCell = SharedBuffer(window: rows * units)
      squashedCell = SharedBuffer(window: rows * units)
      scales = SharedBuffer(window: rows * LayerNormLSTM<Scalar>.scaleCount)
      cell = SharedBuffer(window: rows * units)
    }

    func row(_ index: Int) -> LayerNormLSTM<Scalar>.Row {
      LayerNormLSTM.Row(
        gates: gates.base + index * 4 * units,
        activations: activations.base + index * 4 * units,
        normalizedCell: normalizedCell.base + index * units,
        squashedCell: squashedCell.base + index * units,
        scales: scales.base + index * LayerNormLSTM<Scalar>.scaleCount)
    }
  }

  let cells: [Cell]
  /// The hidden states that the logits are made of; in the end their gradient.
  let output: SharedBuffer<Scalar>
  let outputGradient: SharedBuffer<Scalar>
  /// [256] a row: logits; where a gradient is asked for, theirs in the end.
  let logits: SharedBuffer<Scalar>
  /// What the target of each row costs, in nats; [steps][streams], however streams are grouped.
  let codeLengths: SharedBuffer<Double>

  init(_ topology: Topology, rows: Int) {
    cells = topology.cells.map {
      Cell(units: topology.units[$0.state], inputCount: topology.inputCount(of: $0), rows: rows)
    }
    output = SharedBuffer(window: rows * topology.units[topology.outputState])
    outputGradient = SharedBuffer(window: rows * topology.units[topology.outputState])
    logits = SharedBuffer(window: rows * 256)
    codeLengths = SharedBuffer(window: rows)
  }
}
