import CTrainingKernels
import Platform

/// A weight matrix, packed for its two products: rows of hidden states x its transpose going
/// forward, rows of gradients x itself going backward.
struct FusedMatrix: Sendable {
  let rows: Int
  let columns: Int
  /// Where it lies among the parameters.
  let offset: Int
  let forward: SharedBuffer<UInt8>
  let backward: SharedBuffer<UInt8>
  /// Room for the matrix rounded, which costs nothing until something is written there.
  private let rounded: SharedBuffer<Float>

  init(rows: Int, columns: Int, offset: Int, kernels: FusedKernels) {
    self.rows = rows
    self.columns = columns
    self.offset = offset
    forward = SharedBuffer(window: kernels.rightBytes(depth: columns, columns: rows))
    backward = SharedBuffer(window: kernels.rightBytes(depth: rows, columns: columns))
    rounded = SharedBuffer(window: rows * columns)
  }

  /// - Parameters:
  ///   - rounds: to what quantization to 8 bits would make of it.
  ///   - backward: whether the backward pass will follow.
  func pack(
    _ parameters: UnsafePointer<Float>, rounds: Bool, backward packsBackward: Bool,
    kernels: FusedKernels
  ) {
    var elements = parameters + offset
    if rounds {
      fst_round_weights(elements, Int32(rows), Int32(columns), rounded.base)
      elements = UnsafePointer(rounded.base)
    }
    kernels.table.pack_right_transposed(
      elements, columns, Int32(columns), Int32(rows), forward.base)
    if packsBackward {
      kernels.table.pack_right(elements, columns, Int32(rows), Int32(columns), backward.base)
    }
  }
}
