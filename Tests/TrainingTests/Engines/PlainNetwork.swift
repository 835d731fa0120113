import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A network of any topology in double precision, forward only, a unit at a time: what engines are
/// held to. Its derivatives are central differences.
struct PlainNetwork {
  let parameters: Parameters<Double>
  /// For each state and stream.
  var hidden: [[[Double]]]
  var cells: [[[Double]]]

  init(_ parameters: Parameters<Double>, streams: Int) {
    let states = parameters.layout.topology.units.map { units in
      Array(repeating: [Double](repeating: 0, count: units), count: streams)
    }
    self.parameters = parameters
    hidden = states
    cells = states
  }

  /// The sum of the code lengths of the window's targets in nats.
  mutating func run(_ window: TrainingWindow) -> Double {
    let streams = hidden[0].count
    var sum = 0.0
    for row in window.inputs.indices {
      let stream = row % streams
      let logits = step(window.inputs[row], stream: stream)
      let largest = logits.max()!
      let total = logits.reduce(0) { $0 + exp($1 - largest) }
      sum += log(total) + largest - logits[Int(window.targets[row])]
    }
    return sum
  }

  private mutating func step(_ byte: UInt8, stream: Int) -> [Double] {
    let layout = parameters.layout, topology = layout.topology
    for (cell, offsets) in zip(topology.cells, layout.cells) {
      let units = topology.units[cell.state]
      let input = topology.matrixInputs(of: cell).flatMap { hidden[$0][stream] }
      var gates = product(offsets.weights, rows: 4 * units, input)
      if case .byte = cell.input {
        let start = layout.embedding + Int(byte) * 4 * units
        for index in gates.indices { gates[index] += parameters.values[start + index] }
      }
      let activations = (0..<4).map { gate in
        normalized(
          gates[gate * units..<(gate + 1) * units], gain: offsets.gateGain + gate * units,
          bias: offsets.gateBias + gate * units
        ).map { gate == 1 ? tanh($0) : 1 / (1 + exp(-$0)) }
      }
      let state = (0..<units).map {
        cells[cell.state][stream][$0] * activations[2][$0] + activations[0][$0] * activations[1][$0]
      }
      let shown = normalized(state[...], gain: offsets.cellGain, bias: offsets.cellBias)
      cells[cell.state][stream] = state
      hidden[cell.state][stream] = zip(shown, activations[3]).map { tanh($0) * $1 }
    }
    let logits = product(layout.output, rows: 256, hidden[topology.outputState][stream])
    return (0..<256).map { logits[$0] + parameters.values[layout.outputBias + $0] }
  }

  private func product(_ offset: Int, rows: Int, _ input: [Double]) -> [Double] {
    parameters.values.withUnsafeBufferPointer { values in
      (0..<rows).map { row in
        let start = offset + row * input.count
        return input.indices.reduce(0.0) { $0 + values[start + $1] * input[$1] }
      }
    }
  }

  private func normalized(_ values: ArraySlice<Double>, gain: Int, bias: Int) -> [Double] {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let scale = 1 / (variance + 1e-3).squareRoot()
    return values.enumerated().map { index, value in
      (value - mean) * scale * parameters.values[gain + index] + parameters.values[bias + index]
    }
  }
}
