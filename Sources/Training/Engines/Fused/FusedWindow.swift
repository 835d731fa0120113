import Platform

/// The memory of a window: what is computed at each of its steps for each of its streams. Row
/// `step * streams + stream` belongs to a stream at a step; where a buffer has `steps + 1` slots,
/// slot 0 is the state that the window begins with.
struct FusedWindow: Sendable {
  /// Where a hidden state is left for those who read it: `units` halves of each row, `stride`
  /// halves apart.
  struct Place: Sendable {
    let buffer: SharedBuffer<UInt16>
    let stride: Int
    let column: Int
    /// 1 if what is left at a step is read at the next.
    let delay: Int

    func pointer(row: Int, streams: Int) -> UnsafeMutablePointer<UInt16> {
      buffer.base + (row + delay * streams) * stride + column
    }
  }

  struct Cell: Sendable {
    /// H.
    let units: Int
    /// The left operand of its products, [steps + 1][streams][inputs].
    let input: SharedBuffer<UInt16>
    let inputs: Int
    /// One or two places.
    let hidden: [Place]
    /// Cell states after each step, [steps + 1][streams][H].
    let states: SharedBuffer<Float>
    /// Those that it starts from: the same buffer, or that of a cell that had the state before.
    let previousStates: SharedBuffer<Float>
    /// 1 if they were computed at the same step.
    let previousDelay: Int
  }

  let topology: Topology
  let steps: Int
  let streams: Int
  let cells: [Cell]
  /// The hidden states that the logits are computed from, [steps][streams][units].
  let output: Place
  let outputUnits: Int
  /// For each state, where the first step reads its hidden state.
  private let carriedHidden: [[Place]]
  /// For each state, whose cell states are carried.
  private let carriedStates: [SharedBuffer<Float>]

  var rows: Int { steps * streams }

  init(_ topology: Topology, steps: Int, streams: Int) {
    let slots = (steps + 1) * streams
    let wiring = FusedWiring(topology)
    let inputs = topology.cells.map {
      SharedBuffer<UInt16>(window: slots * topology.inputCount(of: $0))
    }
    let states = topology.cells.map {
      SharedBuffer<Float>(window: slots * topology.units[$0.state])
    }
    let units = topology.units[topology.outputState]
    let output = Place(
      buffer: SharedBuffer(window: steps * streams * units), stride: units, column: 0, delay: 0)
    func place(_ reader: FusedWiring.Reader) -> Place {
      Place(
        buffer: inputs[reader.cell], stride: topology.inputCount(of: topology.cells[reader.cell]),
        column: reader.column, delay: reader.isNextStep ? 1 : 0)
    }
    cells = topology.cells.enumerated().map { index, cell in
      let previous = wiring.previous(of: index)
      let isLast = index == topology.cells.count - 1
      return Cell(
        units: topology.units[cell.state], input: inputs[index],
        inputs: topology.inputCount(of: cell),
        hidden: wiring.readers(of: index).map(place) + (isLast ? [output] : []),
        states: states[index], previousStates: states[previous],
        previousDelay: previous < index ? 1 : 0)
    }
    self.topology = topology
    self.steps = steps
    self.streams = streams
    self.output = output
    outputUnits = units
    carriedHidden = topology.units.indices.map { state in
      wiring.readers(of: wiring.lastWriter(of: state)).filter(\.isNextStep).map(place)
    }
    carriedStates = topology.units.indices.map { states[wiring.lastWriter(of: $0)] }
  }

  /// Makes the states after the window those that the next one begins with.
  func carry() {
    for (state, units) in topology.units.enumerated() {
      for stream in 0..<streams {
        for place in carriedHidden[state] {
          // Slot 0 is a step before what is left at step 0.
          let start = place.pointer(row: stream - streams, streams: streams)
          start.update(
            from: place.pointer(row: rows - streams + stream, streams: streams), count: units)
        }
      }
      let states = carriedStates[state].base
      states.update(from: states + rows * units, count: streams * units)
    }
  }

  /// Hidden state [units], then cell state [units], that `stream` begins the window with.
  func state(_ state: Int, stream: Int) -> (hidden: [Float], cell: [Float]) {
    let units = topology.units[state]
    let hidden = carriedHidden[state][0].pointer(row: stream - streams, streams: streams)
    let cell = carriedStates[state].base + stream * units
    return (
      UnsafeBufferPointer(start: hidden, count: units).map { Half.float($0) },
      Array(UnsafeBufferPointer(start: cell, count: units))
    )
  }

  func setState(_ state: Int, stream: Int, hidden: ArraySlice<Float>, cell: ArraySlice<Float>) {
    let units = topology.units[state]
    for place in carriedHidden[state] {
      let start = place.pointer(row: stream - streams, streams: streams)
      for (unit, value) in hidden.enumerated() { start[unit] = Half.rounding(value) }
    }
    let start = carriedStates[state].base + stream * units
    for (unit, value) in cell.enumerated() { start[unit] = value }
  }
}
