import CKernels
import EntropyCoding
import Prediction

/// The stages of a byte's time, measured alone on the memory of a real model.
struct Stages {
  let kernels: fsc_kernels
  let network: PreparedNetwork
  let lanes: Int

  private let hiddenStates: AlignedBuffer<Int8>
  private let stride: Int
  private let z: AlignedBuffer<Int16>
  private let zStride: Int
  private let cellState: AlignedBuffer<Int16>
  private let tree: AlignedBuffer<UInt32>

  init(model: QuantizedNetwork, kernels: fsc_kernels, lanes: Int) {
    self.kernels = kernels
    self.lanes = lanes
    network = PreparedNetwork(model, kernels: kernels)
    let units = max(model.shape.fastUnits, model.shape.slowUnits)
    stride = alignedByteCount(model.shape.fastUnits + model.shape.slowUnits)
    hiddenStates = AlignedBuffer(count: lanes * stride)
    zStride = 4 * units
    z = AlignedBuffer(count: lanes * zStride)
    cellState = AlignedBuffer(count: lanes * units)
    tree = AlignedBuffer(count: lanes * 512)
    for n in 0..<lanes * stride { hiddenStates.pointer[n] = Int8(n * 37 % 255 - 127) }
  }

  /// Nanoseconds for one product of a matrix with all lanes.
  func project(_ matrix: fsc_matrix) -> Timing {
    var matrix = matrix
    let biases = [UnsafePointer<Int16>?](repeating: network.noBiases, count: lanes)
    let repetitions = max(1, 40_000_000 / (Int(matrix.rows * matrix.columns) * lanes))
    return Timing(repetitions: repetitions) {
      for _ in 0..<repetitions {
        kernels.project(
          &matrix, hiddenStates.pointer, stride, Int32(lanes), biases, z.pointer, zStride)
      }
    }
  }

  /// Nanoseconds for one lane's part in a step of a cell.
  func stepCell(_ cell: PreparedCell) -> Timing {
    var parameters = cell.parameters
    let repetitions = 400
    return Timing(repetitions: repetitions * lanes) {
      for _ in 0..<repetitions {
        kernels.step_cells(
          &parameters,
          fsc_cell_lanes(
            count: Int32(lanes), z: z.pointer, z_stride: zStride, cell_states: cellState.pointer,
            hidden_states: hiddenStates.pointer, hidden_stride: stride))
      }
    }
  }

  /// Nanoseconds for one lane's frequencies.
  func makeTree() -> Timing {
    let repetitions = 2000
    return Timing(repetitions: repetitions) {
      for n in 0..<repetitions { kernels.make_tree(z.pointer, tree.pointer + n % lanes * 512) }
    }
  }

  /// Nanoseconds to encode one byte.
  func encode() -> Timing {
    kernels.make_tree(z.pointer, tree.pointer)
    let repetitions = 20000
    return Timing(repetitions: repetitions) {
      var encoder = ArithmeticEncoder(expectedByteCount: 2 * repetitions)
      for n in 0..<repetitions {
        encoder.encode(UInt8(truncatingIfNeeded: n &* 97), tree: tree.pointer)
      }
    }
  }
}
