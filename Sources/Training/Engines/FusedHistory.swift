import CTrainingKernels

/// What the backward pass needs of the forward pass, and what it leaves for the gradients of the
/// matrices. Gradients are half precision, times a scale for each row.
struct FusedHistory: Sendable {
  struct Cell: Sendable {
    /// Gates after normalization, [rows][4H].
    let normalized: FusedMemory<UInt16>
    /// [rows][FST_MOMENTS]
    let moments: FusedMemory<Float>
    /// With respect to the gates' sums, [rows][4H].
    let gradient: FusedMemory<UInt16>
    let scale: FusedMemory<Float>
  }

  let cells: [Cell]
  /// With respect to the logits, [rows][256].
  let logitGradient: FusedMemory<UInt16>
  let logitScale: FusedMemory<Float>

  init(_ window: FusedWindow) {
    let rows = window.rows
    cells = window.cells.map {
      Cell(
        normalized: FusedMemory(count: rows * 4 * $0.units),
        moments: FusedMemory(count: rows * Int(FST_MOMENTS)),
        gradient: FusedMemory(count: rows * 4 * $0.units),
        scale: FusedMemory(count: rows))
    }
    logitGradient = FusedMemory(count: rows * 256)
    logitScale = FusedMemory(count: rows)
  }
}
