import Platform

/// The numbers of a fixed-point FS-RNN, row-major and as the model file has them.
package struct QuantizedNetwork: Equatable, Sendable {
  package var shape: NetworkShape
  /// Which sets of contexts it is mixed with, at least one. Blocks of others do without it.
  package var sets: ContextSets
  /// Cell by cell in the order F1, S, F2, ... Fk.
  package var cells: [QuantizedCell]
  /// [256][rows of F1]: what each byte adds to the pre-activations of F1, in their units.
  package var embedding: [Int16]
  /// [256][F]: from the last fast cell's hidden state to logits.
  package var output: QuantizedMatrix
  /// [256], in the logits' Q7.
  package var outputBiases: [Int16]

  package init(
    shape: NetworkShape, sets: ContextSets = .all, cells: [QuantizedCell], embedding: [Int16],
    output: QuantizedMatrix, outputBiases: [Int16]
  ) {
    self.shape = shape
    self.sets = sets
    self.cells = cells
    self.embedding = embedding
    self.output = output
    self.outputBiases = outputBiases
  }
}

/// A matrix of int8 weights with a scale a row: row r stands for its weights x multiplier[r] / 2^15
/// / 2^shift, in units of the result.
package struct QuantizedMatrix: Equatable, Sendable {
  /// Right shift of the accumulators, 0...15.
  package var shift: Int
  /// [rows], 0...32767.
  package var multipliers: [Int16]
  /// [rows][columns], -127...127.
  package var weights: SharedSlice<Int8>

  package init(shift: Int, multipliers: [Int16], weights: SharedSlice<Int8>) {
    self.shift = shift
    self.multipliers = multipliers
    self.weights = weights
  }

  package init(shift: Int, multipliers: [Int16], weights: [Int8]) {
    self.init(shift: shift, multipliers: multipliers, weights: SharedSlice(weights))
  }

  package var rows: Int { multipliers.count }
  package var columns: Int { weights.count / multipliers.count }
}

/// A cell of H units with G gates, in the order of its kind.
package struct QuantizedCell: Equatable, Sendable {
  /// A layer norm of the cell state.
  package struct StateNorm: Equatable, Sendable {
    /// 1...2^30, in squared units of the cell state.
    package var epsilon: UInt32
    /// [H], Q11.
    package var gains: [Int16]
    /// [H], Q12.
    package var biases: [Int16]

    package init(epsilon: UInt32, gains: [Int16], biases: [Int16]) {
      self.epsilon = epsilon
      self.gains = gains
      self.biases = biases
    }
  }

  /// [GH][columns].
  package var matrix: QuantizedMatrix
  /// [G], 1...2^30: epsilon of each gate's layer norm in squared units of its pre-activations.
  package var gateEpsilons: [UInt32]
  /// [GH], Q11.
  package var gateGains: [Int16]
  /// [GH], Q12; the forget bias is in it.
  package var gateBiases: [Int16]
  /// Of kinds that normalize their state.
  package var stateNorm: StateNorm?
  /// [GH], Q12: what each gate makes of its own unit's state; empty where gates do not see it.
  package var ownWeights: [Int16]

  package init(
    matrix: QuantizedMatrix, gateEpsilons: [UInt32], gateGains: [Int16], gateBiases: [Int16],
    stateNorm: StateNorm? = nil, ownWeights: [Int16] = []
  ) {
    self.matrix = matrix
    self.gateEpsilons = gateEpsilons
    self.gateGains = gateGains
    self.gateBiases = gateBiases
    self.stateNorm = stateNorm
    self.ownWeights = ownWeights
  }
}
