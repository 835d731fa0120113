/// The layer-norm LSTM cell, forward and backward, a row (one stream at one step) at a time.
///
///     i, j, f, o = LN(z)      c' = c sigmoid(f) + sigmoid(i) tanh(j)
///     h' = tanh(LN(c')) sigmoid(o)
///
/// Zoneout (Krueger et al. 2016) then makes each unit's new states a mix of old and new:
/// c + m (c' - c), with m drawn or at its expectation.
///
/// Source: Mujika, Meier, Steger 2017, section 3; gates as in their code. Units are a multiple of
/// 8.
struct LayerNormLSTM<Scalar: TrainingScalar> {
  typealias Pointer = UnsafePointer<Scalar>
  typealias MutablePointer = UnsafeMutablePointer<Scalar>
  private typealias Vector = SIMD8<Scalar>

  /// H.
  let units: Int
  /// Gains and biases: [4H], [4H], [H], [H].
  let gateGain: Pointer
  let gateBias: Pointer
  let cellGain: Pointer
  let cellBias: Pointer

  /// Numbers in `Row.scales`.
  static var scaleCount: Int { 5 }

  /// What the backward pass has to know of a forward one.
  struct Row {
    /// [4H]: pre-activations, then normalized ones; in the end the gradient of the former.
    var gates: MutablePointer
    /// [4H]: after sigmoid or tanh.
    var activations: MutablePointer
    /// [H]: c' normalized.
    var normalizedCell: MutablePointer
    /// [H]: tanh of it, with gain and bias.
    var squashedCell: MutablePointer
    /// [5]: inverse standard deviations of the gates and of c'.
    var scales: MutablePointer
  }

  /// Factors of zoneout; nil: 1.
  struct Masks {
    var hidden: Pointer?
    var cell: Pointer?
  }

  /// From old states to new ones.
  ///
  /// - Parameters:
  ///   - row: holds the pre-activations.
  ///   - cell, hidden: [H], replaced.
  ///   - rounds: whether h' becomes a multiple of 1/127.
  @inline(__always)
  func forward(
    _ row: Row, masks: Masks, cell: MutablePointer, hidden: MutablePointer, rounds: Bool
  ) {
    for gate in 0..<4 {
      let z = row.gates + gate * units
      let a = row.activations + gate * units
      row.scales[gate] = Self.normalize(z, into: z, count: units)
      for n in stride(from: 0, to: units, by: 8) {
        let y = z.eight(n) * gateGain.eight(gate * units + n) + gateBias.eight(gate * units + n)
        a.store(gate == 1 ? Vector.hyperbolicTangent(y) : Vector.sigmoid(y), n)
      }
    }
    let (i, j) = (row.activations, row.activations + units)
    let (f, o) = (row.activations + 2 * units, row.activations + 3 * units)
    // `normalizedCell` holds c' until it is normalized.
    for n in stride(from: 0, to: units, by: 8) {
      row.normalizedCell.store(cell.eight(n) * f.eight(n) + i.eight(n) * j.eight(n), n)
    }
    if let mask = masks.cell {
      for n in stride(from: 0, to: units, by: 8) {
        let old = cell.eight(n)
        cell.store(old + mask.eight(n) * (row.normalizedCell.eight(n) - old), n)
      }
    } else {
      cell.update(from: row.normalizedCell, count: units)
    }
    row.scales[4] = Self.normalize(row.normalizedCell, into: row.normalizedCell, count: units)
    for n in stride(from: 0, to: units, by: 8) {
      let y = row.normalizedCell.eight(n) * cellGain.eight(n) + cellBias.eight(n)
      let squashed = Vector.hyperbolicTangent(y)
      row.squashedCell.store(squashed, n)
      var new = squashed * o.eight(n)
      if let mask = masks.hidden {
        let old = hidden.eight(n)
        new = old + mask.eight(n) * (new - old)
      }
      // The predictor rounds to nearest, halves upwards.
      if rounds { new = (new * 127 + 0.5).rounded(.down) / 127 }
      hidden.store(new, n)
    }
  }

  /// Gradients of gains and biases, as above.
  struct Gradient {
    var gateGain: MutablePointer
    var gateBias: MutablePointer
    var cellGain: MutablePointer
    var cellBias: MutablePointer
  }

  /// From gradients of the new states to those of the pre-activations and the old states.
  ///
  /// - Parameters:
  ///   - row: what `forward` left; its `gates` become their gradient, the rest is spent.
  ///   - previousCell: the c that `forward` was given.
  ///   - hiddenGradient, cellGradient: [H]: of new states; replaced by those of old ones, as far
  ///     as they do not pass through the pre-activations.
  ///   - gradient: added to.
  @inline(__always)
  func backward(
    _ row: Row, masks: Masks, previousCell: Pointer, hiddenGradient: MutablePointer,
    cellGradient: MutablePointer, gradient: Gradient
  ) {
    let (i, j) = (row.activations, row.activations + units)
    let (f, o) = (row.activations + 2 * units, row.activations + 3 * units)
    var sum = Vector.zero
    var product = Vector.zero
    // Of the normalized cell state, kept in `squashedCell`.
    for n in stride(from: 0, to: units, by: 8) {
      var dh = hiddenGradient.eight(n)
      if let mask = masks.hidden {
        let m = mask.eight(n)
        hiddenGradient.store(dh * (1 - m), n)
        dh *= m
      } else {
        hiddenGradient.store(.zero, n)
      }
      let squashed = row.squashedCell.eight(n)
      let output = o.eight(n)
      o.store(dh * squashed * output * (1 - output), n)
      let dy = dh * output * (1 - squashed * squashed)
      let normalized = row.normalizedCell.eight(n)
      gradient.cellGain.store(gradient.cellGain.eight(n) + dy * normalized, n)
      gradient.cellBias.store(gradient.cellBias.eight(n) + dy, n)
      let du = dy * cellGain.eight(n)
      row.squashedCell.store(du, n)
      sum += du
      product += du * normalized
    }
    let mean = Vector(repeating: sum.sum() / Scalar(units))
    let slope = Vector(repeating: product.sum() / Scalar(units))
    let scale = row.scales[4]
    for n in stride(from: 0, to: units, by: 8) {
      var dc = (row.squashedCell.eight(n) - mean - row.normalizedCell.eight(n) * slope) * scale
      let old = cellGradient.eight(n)
      let (input, candidate, forget) = (i.eight(n), j.eight(n), f.eight(n))
      var kept = Vector.zero
      if let mask = masks.cell {
        let m = mask.eight(n)
        kept = old * (1 - m)
        dc += old * m
      } else {
        dc += old
      }
      cellGradient.store(kept + dc * forget, n)
      i.store(dc * candidate * input * (1 - input), n)
      j.store(dc * input * (1 - candidate * candidate), n)
      f.store(dc * previousCell.eight(n) * forget * (1 - forget), n)
    }
    for gate in 0..<4 {
      backwardGate(gate, row, gradient)
    }
  }

  /// From the gradient of a gate's input, in `activations`, to that of its pre-activations.
  @inline(__always)
  private func backwardGate(_ gate: Int, _ row: Row, _ gradient: Gradient) {
    let start = gate * units
    var sum = Vector.zero
    var product = Vector.zero
    for n in stride(from: start, to: start + units, by: 8) {
      let dy = row.activations.eight(n)
      let normalized = row.gates.eight(n)
      gradient.gateGain.store(gradient.gateGain.eight(n) + dy * normalized, n)
      gradient.gateBias.store(gradient.gateBias.eight(n) + dy, n)
      let du = dy * gateGain.eight(n)
      row.activations.store(du, n)
      sum += du
      product += du * normalized
    }
    let mean = Vector(repeating: sum.sum() / Scalar(units))
    let slope = Vector(repeating: product.sum() / Scalar(units))
    let scale = row.scales[gate]
    for n in stride(from: start, to: start + units, by: 8) {
      row.gates.store(
        (row.activations.eight(n) - mean - row.gates.eight(n) * slope) * scale, n)
    }
  }

  /// Subtracts the mean and divides by the standard deviation. Returns the latter's inverse.
  @inline(__always)
  private static func normalize(
    _ values: MutablePointer, into result: MutablePointer, count: Int
  ) -> Scalar {
    var sum = Vector.zero
    for n in stride(from: 0, to: count, by: 8) { sum += values.eight(n) }
    let mean = Vector(repeating: sum.sum() / Scalar(count))
    var squares = Vector.zero
    for n in stride(from: 0, to: count, by: 8) {
      let difference = values.eight(n) - mean
      squares += difference * difference
    }
    let variance = squares.sum() / Scalar(count) + Scalar(Topology.normalizationEpsilon)
    let scale = 1 / variance.squareRoot()
    for n in stride(from: 0, to: count, by: 8) {
      result.store((values.eight(n) - mean) * scale, n)
    }
    return scale
  }
}
