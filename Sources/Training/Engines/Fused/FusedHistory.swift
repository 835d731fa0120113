import CTrainingKernels
import Platform

/// What the backward pass needs of the forward pass, and what it leaves for the gradients of the
/// matrices. Gradients are half precision, times a scale for each row.
struct FusedHistory: Sendable {
  struct Cell: Sendable {
    /// Gates after normalization, [rows][4H].
    let normalized: SharedBuffer<UInt16>
    /// [rows][FST_MOMENTS]
    let moments: SharedBuffer<Float>
    /// With respect to the gates' sums, [rows][4H].
    let gradient: SharedBuffer<UInt16>
    let scale: SharedBuffer<Float>
  }

  let cells: [Cell]
  /// With respect to the logits, [rows][256].
  let logitGradient: SharedBuffer<UInt16>
  let logitScale: SharedBuffer<Float>

  init(_ window: FusedWindow) {
    let rows = window.rows
    cells = window.cells.map {
      Cell(
        normalized: SharedBuffer(window: rows * 4 * $0.units),
        moments: SharedBuffer(window: rows * Int(FST_MOMENTS)),
        gradient: SharedBuffer(window: rows * 4 * $0.units),
        scale: SharedBuffer(window: rows))
    }
    logitGradient = SharedBuffer(window: rows * 256)
    logitScale = SharedBuffer(window: rows)
  }
}
