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

/// One step of one lane of a layer-norm LSTM cell, after Mujika, Meier, Steger 2017:
///
///     i, j, f, o = LN(z)      c = c sigmoid(f) + sigmoid(i) tanh(j)
///     h = tanh(LN(c)) sigmoid(o)
///
/// - Parameters:
///   - z: pre-activations of the gates i, j, f, o, 4H values; used as scratch.
///   - cellState: H values in Q8, updated.
///   - hiddenState: H values, written; h = q / 127.
package func stepCell(
  _ cell: fsc_cell, z: UnsafeMutablePointer<Int16>, cellState: UnsafeMutablePointer<Int16>,
  hiddenState: UnsafeMutablePointer<Int8>
) {
  let units = Int(cell.units)
  let epsilons = [
    cell.gate_epsilons.0, cell.gate_epsilons.1, cell.gate_epsilons.2, cell.gate_epsilons.3,
  ]
  for gate in 0..<4 {
    layerNorm(
      UnsafeBufferPointer(start: z + gate * units, count: units), epsilon: epsilons[gate],
      gains: cell.gate_gains + gate * units, biases: cell.gate_biases + gate * units,
      output: z + gate * units)
  }
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
