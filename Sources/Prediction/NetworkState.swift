import CKernels
import Model
import Platform

/// The state of one network in L lanes: predicts the next byte of each, then is told what it was.
///
///     h1, c1 = F1(state F of the last step; byte)        hS, cS = S(own state; h1)
///     h2, c2 = F2(h1, c1; hS)                            hi, ci = Fi(h(i-1), c(i-1))
///     logits = Wo hk + bo
///
/// c is the state that a cell keeps beside its hidden one, h. Cells other than the LSTM have no
/// matrix for their own h: then F2 sees hS alone, and F1 the byte.
///
/// Before the first byte all state is zero, so that the first byte is predicted from `bo`.
/// (FS-RNN: Mujika, Meier, Steger 2017, section 3.)
final class NetworkState {
  // A class, since an array cannot hold what is not copyable.
  let lanes: Int
  private let network: PreparedNetwork
  private let layout: LaneStateLayout
  /// [lanes][stride]: [h fast | h slow | padding] of each lane, and what kernels may read behind
  /// the last, since an input may begin at h slow. Each cell reads its input from here and writes
  /// its hidden state back in place, so that nothing is ever moved.
  private let hiddenStates: OwnedBuffer<Int8>
  /// [lanes][F] and [lanes][S].
  private let fastCellStates: OwnedBuffer<Int16>
  private let slowCellStates: OwnedBuffer<Int16>
  /// [lanes][rows of the largest cell].
  private let preActivations: OwnedBuffer<Int16>
  private let logits: OwnedBuffer<Int16>
  /// [lanes]: the embedding rows of the current bytes.
  private let embeddings: OwnedBuffer<UnsafePointer<Int16>?>
  private let noBiases: OwnedBuffer<UnsafePointer<Int16>?>
  private let outputBiases: OwnedBuffer<UnsafePointer<Int16>?>

  struct Sizes {
    let hiddenStates: BufferSize<Int8>
    let fastCellStates: BufferSize<Int16>
    let slowCellStates: BufferSize<Int16>
    let preActivations: BufferSize<Int16>
    let logits: BufferSize<Int16>
    let pointers: BufferSize<UnsafePointer<Int16>?>

    init(_ shape: NetworkShape, lanes: Int) {
      let layout = LaneStateLayout(shape)
      hiddenStates = BufferSize(lanes * layout.hiddenStride + Int(FSC_ALIGNMENT))
      fastCellStates = BufferSize(lanes * layout.fastUnits)
      slowCellStates = BufferSize(lanes * layout.slowUnits)
      preActivations = BufferSize(lanes * layout.preActivationStride)
      logits = BufferSize(lanes * 256)
      pointers = BufferSize(lanes)
    }

    var byteCount: Int {
      hiddenStates.byteCount + fastCellStates.byteCount + slowCellStates.byteCount
        + preActivations.byteCount + logits.byteCount + 3 * pointers.byteCount
    }
  }

  /// - Parameter lanes: at least 1.
  init(_ network: PreparedNetwork, lanes: Int) {
    let sizes = Sizes(network.shape, lanes: lanes)
    self.lanes = lanes
    self.network = network
    layout = LaneStateLayout(network.shape)
    hiddenStates = OwnedBuffer(sizes.hiddenStates)
    fastCellStates = OwnedBuffer(sizes.fastCellStates)
    slowCellStates = OwnedBuffer(sizes.slowCellStates)
    preActivations = OwnedBuffer(sizes.preActivations)
    logits = OwnedBuffer(sizes.logits)
    embeddings = OwnedBuffer(sizes.pointers)
    noBiases = OwnedBuffer(sizes.pointers)
    noBiases.fill(network.noBiases)
    outputBiases = OwnedBuffer(sizes.pointers)
    outputBiases.fill(network.outputBiases)
  }

  /// Makes the frequency trees of the first `active` lanes from their hidden states.
  ///
  /// - Parameters:
  ///   - trees: lane n's 512 numbers go to `trees + n * stride`.
  func predict(active: Int, trees: UnsafeMutablePointer<UInt32>, stride: Int) {
    withUnsafePointer(to: network.output) { output in
      network.kernels.project(
        output, hiddenStates.base, layout.hiddenStride, Int32(active), outputBiases.base,
        logits.base, 256)
    }
    for lane in 0..<active {
      network.kernels.make_tree(logits.base + lane * 256, trees + lane * stride)
    }
  }

  /// The logits of a lane, 256 in Q7 of base-2 logarithms. Valid until the next `predict`.
  func logits(lane: Int) -> UnsafePointer<Int16> {
    UnsafePointer(logits.base + lane * 256)
  }

  /// Steps every lane on by its byte; `bytes` has one for each.
  func update(bytes: UnsafePointer<UInt8>) {
    for lane in 0..<lanes {
      embeddings[lane] = network.embedding + Int(bytes[lane]) * layout.embeddingStride
    }
    var biases = embeddings.base
    for cell in network.cells {
      step(cell, biases: biases)
      biases = noBiases.base
    }
  }

  private func step(
    _ cell: PreparedCell, biases: UnsafeMutablePointer<UnsafePointer<Int16>?>
  ) {
    withUnsafePointer(to: cell.matrix) { matrix in
      network.kernels.project(
        matrix, hiddenStates.base + cell.shape.columns.lowerBound, layout.hiddenStride,
        Int32(lanes), biases,
        preActivations.base, layout.preActivationStride)
    }
    let (cellStates, offset) =
      switch cell.shape.state {
      case .fast: (fastCellStates.base, 0)
      case .slow: (slowCellStates.base, layout.fastUnits)
      }
    withUnsafePointer(to: cell.parameters) { parameters in
      network.kernels.step_cells(
        parameters,
        fsc_cell_lanes(
          count: Int32(lanes), z: preActivations.base, z_stride: layout.preActivationStride,
          cell_states: cellStates, hidden_states: hiddenStates.base + offset,
          hidden_stride: layout.hiddenStride))
    }
  }
}

/// How much room the state of one lane takes.
private struct LaneStateLayout {
  let fastUnits: Int
  let slowUnits: Int
  /// Values from one byte's row of the embedding to the next's.
  let embeddingStride: Int
  /// Bytes from one lane's hidden states to the next's.
  let hiddenStride: Int
  /// Values from one lane's pre-activations to the next's.
  let preActivationStride: Int

  init(_ shape: NetworkShape) {
    fastUnits = shape.fastUnits
    slowUnits = shape.slowUnits
    hiddenStride = alignedByteCount(fastUnits + slowUnits)
    embeddingStride = shape.cells[0].rows
    preActivationStride = shape.mostRows
  }
}
