import CTrainingKernels

/// What one run of the engine reads; the same for all its threads.
struct FusedRun: @unchecked Sendable {
  let window: FusedWindow
  /// Nil: forward only.
  let history: FusedHistory?
  /// One for each cell, then the output's.
  let matrices: [FusedMatrix]
  let layout: ParameterLayout
  let parameters: UnsafePointer<Float>
  let inputs: UnsafePointer<UInt8>
  let targets: UnsafePointer<UInt8>
  let roundsHidden: Bool
  let kernels: FusedKernels

  var output: FusedMatrix { matrices[matrices.count - 1] }

  func norms(_ cell: Int) -> fst_norms {
    let offsets = layout.cells[cell]
    return fst_norms(
      units: Int32(window.cells[cell].units), gate_gain: parameters + offsets.gateGain,
      gate_bias: parameters + offsets.gateBias, cell_gain: parameters + offsets.cellGain,
      cell_bias: parameters + offsets.cellBias)
  }
}
