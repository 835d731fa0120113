import Platform

/// Streams that one thread takes through a window, and their states.
final class StreamGroup<Scalar: TrainingScalar> {
  let range: Range<Int>
  /// The group's first row on the tape.
  let firstRow: Int
  /// For each of the topology's states, [streams][units].
  let hidden: [SharedBuffer<Scalar>]
  let cell: [SharedBuffer<Scalar>]
  /// The cell states at the window's beginning.
  let initialCell: [SharedBuffer<Scalar>]
  /// While going backward.
  let hiddenGradient: [SharedBuffer<Scalar>]
  let cellGradient: [SharedBuffer<Scalar>]
  /// Of the widest matrix input, [streams].
  let inputGradient: SharedBuffer<Scalar>
  /// For each cell, gradients of gains and biases: [10H].
  let normGradients: [SharedBuffer<Scalar>]
  /// Masks of one row.
  let masks: [SharedBuffer<Scalar>]
  /// Nats, of the last window.
  var loss = 0.0
  private let layout: ParameterLayout

  var count: Int { range.count }

  init(_ layout: ParameterLayout, first: Int, end: Int, steps: Int) {
    let topology = layout.topology
    let streams = end - first
    func buffers() -> [SharedBuffer<Scalar>] {
      topology.units.map { SharedBuffer(count: streams * $0) }
    }
    self.layout = layout
    range = first..<end
    firstRow = first * steps
    hidden = buffers()
    cell = buffers()
    initialCell = buffers()
    hiddenGradient = buffers()
    cellGradient = buffers()
    let widest = topology.cells.map(topology.inputCount).max() ?? 0
    inputGradient = SharedBuffer(count: streams * widest)
    normGradients = topology.cells.map { SharedBuffer(count: 10 * topology.units[$0.state]) }
    masks = (0..<2).map { _ in SharedBuffer(count: topology.units.max() ?? 0) }
  }

  func reset(_ stream: Int) {
    for buffers in [hidden, cell] {
      for (buffer, units) in zip(buffers, layout.topology.units) {
        (buffer.base + (stream - range.lowerBound) * units).update(repeating: 0, count: units)
      }
    }
  }

  func addNormGradients(to gradient: UnsafeMutablePointer<Scalar>) {
    for ((cell, offsets), sums) in zip(zip(layout.topology.cells, layout.cells), normGradients) {
      let units = layout.topology.units[cell.state]
      (gradient + offsets.gateGain).add(sums.base, count: 4 * units)
      (gradient + offsets.gateBias).add(sums.base + 4 * units, count: 4 * units)
      (gradient + offsets.cellGain).add(sums.base + 8 * units, count: units)
      (gradient + offsets.cellBias).add(sums.base + 9 * units, count: units)
    }
  }
}
