import CKernels

/// The scaled product of one row of a matrix with one lane's input, and a bias.
///
/// - Parameters:
///   - weights, input: `count` values each, -127...127; `count` <= 8192.
///   - shift: 0...15; multiplier: 0...32767, in Q15.
package func projectRow(
  _ weights: UnsafePointer<Int8>, _ input: UnsafePointer<Int8>, count: Int, shift: Int32,
  multiplier: Int16, bias: Int16
) -> Int16 {
  var sum: Int32 = 0  // |sum| <= 2^13 x 127^2 < 2^27, in whatever order
  for n in 0..<count { sum &+= Int32(weights[n]) &* Int32(input[n]) }
  let scaled = multiplyHigh(
    Int32(saturate16(roundingShift(sum, by: shift))), Int32(multiplier))
  return saturate16(scaled &+ Int32(bias))
}

/// One step of one lane of a cell.
///
/// - Parameters:
///   - z: pre-activations of the gates, in the order of the cell's kind, H values each; used as
///     scratch.
///   - cellState: H values, updated: Q8 in an LSTM; in cells of other kinds Q15, -32767...32767.
///   - hiddenState: H values, written; h = q / 127.
package func stepCell(
  _ cell: fsc_cell, z: UnsafeMutablePointer<Int16>, cellState: UnsafeMutablePointer<Int16>,
  hiddenState: UnsafeMutablePointer<Int8>
) {
  let units = Int(cell.units)
  let epsilons = [
    cell.gate_epsilons.0, cell.gate_epsilons.1, cell.gate_epsilons.2, cell.gate_epsilons.3,
  ]
  for gate in 0..<Int(fsc_gate_count(cell.kind)) {
    layerNorm(
      UnsafeBufferPointer(start: z + gate * units, count: units), epsilon: epsilons[gate],
      gains: cell.gate_gains + gate * units, biases: cell.gate_biases + gate * units,
      output: z + gate * units)
  }
  switch Int(cell.kind) {
  case FSC_MIN_GRU:
    blend(units, state: cellState, hiddenState: hiddenState) { n, _ in
      (sigmoid(z[n]), candidate: z[units + n])
    }
  case FSC_MIN_LSTM:
    blend(units, state: cellState, hiddenState: hiddenState) { n, _ in
      let difference = Int32(logSigmoid(z[units + n])) &- Int32(logSigmoid(z[n]))
      return (sigmoid(saturate16(difference)), candidate: z[2 * units + n])
    }
  case FSC_DIAGONAL_GRU:
    guard let own = cell.own_weights else { return }
    blend(units, state: cellState, hiddenState: hiddenState) { n, h in
      /// Gate input y, with the weight of the unit's own state `h`.
      func seeing(_ h: Int32, gate: Int) -> Int16 {
        let at = gate * units + n
        return saturate16(Int32(z[at]) &+ multiplyHigh(Int32(own[at]), h))
      }
      let reset = sigmoid(seeing(h, gate: 1))
      return (
        sigmoid(seeing(h, gate: 0)), candidate: seeing(multiplyHigh(reset, h), gate: 2)
      )
    }
  default: stepLSTM(cell, z: z, cellState: cellState, hiddenState: hiddenState)
  }
}

/// The layer-norm LSTM, after Mujika, Meier, Steger 2017, of its gates i, j, f, o:
///
///     c = c sigmoid(f) + sigmoid(i) tanh(j)      h = tanh(LN(c)) sigmoid(o)
private func stepLSTM(
  _ cell: fsc_cell, z: UnsafeMutablePointer<Int16>, cellState: UnsafeMutablePointer<Int16>,
  hiddenState: UnsafeMutablePointer<Int8>
) {
  let units = Int(cell.units)
  let (i, j, f, o) = (z, z + units, z + 2 * units, z + 3 * units)
  for n in 0..<units {
    let update = multiplyHigh(sigmoid(i[n]), hyperbolicTangent(j[n]))  // Q15
    // Q8 x Q15 = Q23, as is update x 2^8: at most 2^30 + 2^23 + 2^14.
    let c = Int32(cellState[n]) &* sigmoid(f[n]) &+ update &* 256
    cellState[n] = saturate16(roundingShift(c, by: 15))
  }
  let y = z  // The input gate is spent.
  layerNorm(
    UnsafeBufferPointer(start: cellState, count: units), epsilon: cell.cell_epsilon,
    gains: cell.cell_gains, biases: cell.cell_biases, output: y)
  for n in 0..<units {
    let h = multiplyHigh(hyperbolicTangent(y[n]), sigmoid(o[n]))  // Q15, below 1 in magnitude
    hiddenState[n] = Int8(truncatingIfNeeded: multiplyHigh(h, 127))  // -127...127
  }
}

/// Cells whose state, at once their hidden state, is a blend of the old one and a candidate, after
/// Feng and others 2024 and Danieli and others 2025:
///
///     h = (1 - share) h + share tanh(candidate)
///
/// Both shares add up to 1, so that no state exceeds the larger of its old value and tanh's
/// largest: beginning with 0, it stays within ±32746 in Q15.
///
/// - Parameter gates: of a unit and its old state, the share, 11...32757 in Q15, and the candidate
///   in Q12.
private func blend(
  _ units: Int, state: UnsafeMutablePointer<Int16>, hiddenState: UnsafeMutablePointer<Int8>,
  gates: (_ unit: Int, _ h: Int32) -> (share: Int32, candidate: Int16)
) {
  for n in 0..<units {
    let old = Int32(state[n])
    let (share, candidate) = gates(n, old)
    // At most 2^15 x 32767.
    let sum = old &* (32768 &- share) &+ hyperbolicTangent(candidate) &* share
    let h = roundingShift(sum, by: 15)
    state[n] = saturate16(h)
    hiddenState[n] = Int8(truncatingIfNeeded: multiplyHigh(h, 127))  // -127...127
  }
}
