import CTrainingKernels

/// A weight matrix, packed for its two products: rows of hidden states x its transpose going
/// forward, rows of gradients x itself going backward.
struct FusedMatrix: Sendable {
  let rows: Int
  let columns: Int
  /// Where it lies among the parameters.
  let offset: Int
  let forward: FusedMemory<UInt8>
  let backward: FusedMemory<UInt8>
  /// Room for the matrix rounded; empty until that is asked for.
  private var rounded: FusedMemory<Float>

  init(rows: Int, columns: Int, offset: Int, kernels: FusedKernels) {
    self.rows = rows
    self.columns = columns
    self.offset = offset
    forward = FusedMemory(count: kernels.rightBytes(depth: columns, columns: rows))
    backward = FusedMemory(count: kernels.rightBytes(depth: rows, columns: columns))
    rounded = FusedMemory(count: 0)
  }

  /// Makes room for `pack` with `rounds`.
  mutating func prepareToRound() {
    if rounded.count == 0 { rounded = FusedMemory(count: rows * columns) }
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
      fst_round_weights(elements, Int32(rows), Int32(columns), rounded.start)
      elements = UnsafePointer(rounded.start)
    }
    kernels.table.pack_right_transposed(
      elements, columns, Int32(columns), Int32(rows), forward.start)
    if packsBackward {
      kernels.table.pack_right(elements, columns, Int32(rows), Int32(columns), backward.start)
    }
  }
}
