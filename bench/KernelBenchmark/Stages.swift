import Platform
import CKernels
import EntropyCoding
import Model
import Prediction

/// The stages of a byte's time, measured alone on the memory of a real model.
struct Stages {
  let kernels: fsc_kernels
  let network: PreparedNetwork
  let lanes: Int

  private let hiddenStates: SharedBuffer<Int8>
  private let stride: Int
  private let z: SharedBuffer<Int16>
  private let zStride: Int
  private let cellState: SharedBuffer<Int16>
  private let tree: SharedBuffer<UInt32>

  init(network: PreparedNetwork, kernels: fsc_kernels, lanes: Int) {
    self.kernels = kernels
    self.lanes = lanes
    self.network = network
    let shape = network.shape
    let units = max(shape.fastUnits, shape.slowUnits)
    let rows = network.cells.map(\.shape.rows).max() ?? 0
    stride = alignedByteCount(shape.fastUnits + shape.slowUnits)
    hiddenStates = SharedBuffer(count: lanes * stride)
    zStride = rows
    z = SharedBuffer(count: lanes * zStride)
    cellState = SharedBuffer(count: lanes * units)
    tree = SharedBuffer(count: lanes * 512)
    for n in 0..<lanes * stride { hiddenStates.base[n] = Int8(n * 37 % 255 - 127) }
  }

  /// Nanoseconds for one product of a matrix with all lanes.
  func project(_ matrix: fsc_matrix) -> Timing {
    let biases = biases
    let repetitions = max(1, 40_000_000 / (Int(matrix.rows * matrix.columns) * lanes))
    return Timing(repetitions: repetitions) {
      for _ in 0..<repetitions { project(matrix, biases) }
    }
  }

  /// All products of a step, once.
  func projectAll() {
    let biases = biases
    for cell in network.cells { project(cell.matrix, biases) }
    project(network.output, biases)
  }

  private var biases: [UnsafePointer<Int16>?] { Array(repeating: network.noBiases, count: lanes) }

  private func project(_ matrix: fsc_matrix, _ biases: [UnsafePointer<Int16>?]) {
    var matrix = matrix
    kernels.project(&matrix, hiddenStates.base, stride, Int32(lanes), biases, z.base, zStride)
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
            count: Int32(lanes), z: z.base, z_stride: zStride, cell_states: cellState.base,
            hidden_states: hiddenStates.base, hidden_stride: stride))
      }
    }
  }

  /// Nanoseconds for one lane's frequencies.
  func makeTree() -> Timing {
    let repetitions = 2000
    return Timing(repetitions: repetitions) {
      for n in 0..<repetitions { kernels.make_tree(z.base, tree.base + n % lanes * 512) }
    }
  }

  /// Nanoseconds to encode one byte.
  func encode() -> Timing {
    kernels.make_tree(z.base, tree.base)
    let repetitions = 20000
    return Timing(repetitions: repetitions) {
      var encoder = ArithmeticEncoder(expectedByteCount: 2 * repetitions)
      for n in 0..<repetitions {
        encoder.encode(UInt8(truncatingIfNeeded: n &* 97), tree: tree.base)
      }
    }
  }
}
