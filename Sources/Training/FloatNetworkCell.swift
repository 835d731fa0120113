/// One layer-normalized LSTM cell, ready to step many lanes.
struct FloatNetworkCell: Sendable {
  let matrix: FloatNetworkMatrix
  private let weights: FloatWeights.Cell

  init(_ cell: FloatWeights.Cell) {
    matrix = FloatNetworkMatrix(cell.weights)
    weights = cell
  }

  /// From the gates' pre-activations and the old cell states to new cell and hidden states.
  ///
  /// - Parameters:
  ///   - gates: 4H pre-activations a lane; overwritten.
  ///   - cells: H cell states a lane; replaced.
  ///   - hidden: each lane's H new hidden states go to `hiddenOffset + lane * hiddenStride`.
  func advance(
    gates: inout [Float], cells: inout [Float],
    hidden: inout [Float], hiddenOffset: Int, hiddenStride: Int, lanes: Int
  ) {
    let units = weights.units
    precondition(gates.count >= lanes * 4 * units && cells.count >= lanes * units)
    precondition(hidden.count >= hiddenOffset + (lanes - 1) * hiddenStride + units)
    gates.withUnsafeMutableBufferPointer { gates in
      cells.withUnsafeMutableBufferPointer { cells in
        hidden.withUnsafeMutableBufferPointer { hidden in
          for lane in 0..<lanes {
            advance(
              gates: gates.baseAddress! + lane * 4 * units,
              cell: cells.baseAddress! + lane * units,
              hidden: hidden.baseAddress! + hiddenOffset + lane * hiddenStride)
          }
        }
      }
    }
  }

  private func advance(
    gates: UnsafeMutablePointer<Float>, cell: UnsafeMutablePointer<Float>,
    hidden: UnsafeMutablePointer<Float>
  ) {
    let units = weights.units
    weights.gateGain.withUnsafeBufferPointer { gain in
      weights.gateBias.withUnsafeBufferPointer { bias in
        for gate in stride(from: 0, to: 4 * units, by: units) {
          Self.normalize(
            gates + gate, into: gates + gate, count: units,
            gain: gain.baseAddress! + gate, bias: bias.baseAddress! + gate)
        }
      }
    }
    for unit in stride(from: 0, to: units, by: FloatVector.scalarCount) {
      let input = FloatVector.sigmoid(gates.vector(at: unit))
      let candidate = FloatVector.tanh(gates.vector(at: units + unit))
      let forget = FloatVector.sigmoid(gates.vector(at: 2 * units + unit))
      cell.store(cell.vector(at: unit) * forget + input * candidate, at: unit)
    }
    weights.cellGain.withUnsafeBufferPointer { gain in
      weights.cellBias.withUnsafeBufferPointer { bias in
        Self.normalize(
          cell, into: hidden, count: units, gain: gain.baseAddress!, bias: bias.baseAddress!)
      }
    }
    for unit in stride(from: 0, to: units, by: FloatVector.scalarCount) {
      let output = FloatVector.sigmoid(gates.vector(at: 3 * units + unit))
      hidden.store(FloatVector.tanh(hidden.vector(at: unit)) * output, at: unit)
    }
  }

  /// Layer normalization with population variance. `result` may be `values`.
  private static func normalize(
    _ values: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>, count: Int,
    gain: UnsafePointer<Float>, bias: UnsafePointer<Float>
  ) {
    var sum = FloatVector.zero
    for index in stride(from: 0, to: count, by: FloatVector.scalarCount) {
      sum += values.vector(at: index)
    }
    let mean = Float(sum.total / Double(count))
    var squares = FloatVector.zero
    for index in stride(from: 0, to: count, by: FloatVector.scalarCount) {
      let difference = values.vector(at: index) - mean
      squares += difference * difference
    }
    let variance = squares.total / Double(count)
    let scale = Float(1 / (variance + Double(FloatWeights.normalizationEpsilon)).squareRoot())
    for index in stride(from: 0, to: count, by: FloatVector.scalarCount) {
      let normalized = (values.vector(at: index) - mean) * scale
      result.store(normalized * gain.vector(at: index) + bias.vector(at: index), at: index)
    }
  }
}
