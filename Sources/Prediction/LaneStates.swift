import CKernels

/// The state of a network in L lanes, and the two things that are done to it, each in parts that
/// the members of a team of threads do at the same time.
///
/// A member has its share of every matrix's rows, so that each processor's cache holds a part of
/// the weights only, and a share of the lanes, whose cells it steps. Sums of integers do not care
/// who adds them up: results never depend on the size of the team.
final class LaneStates: @unchecked Sendable {
  // @unchecked: members write to disjoint parts, and to each other's only across a barrier.

  let lanes: Int
  let members: Int
  private let network: PreparedNetwork
  private let layout: LaneStateLayout
  private let barrier: Barrier
  /// [lanes][stride]: [h fast | h slow | padding] of each lane. Each cell reads its input from
  /// here and writes its hidden state back in place, so that nothing is ever moved.
  private let hiddenStates: AlignedBuffer<Int8>
  /// [lanes][F] and [lanes][S].
  private let fastCellStates: AlignedBuffer<Int16>
  private let slowCellStates: AlignedBuffer<Int16>
  /// [lanes][4 max(F, S)].
  private let preActivations: AlignedBuffer<Int16>
  let logits: AlignedBuffer<Int16>
  let trees: AlignedBuffer<UInt32>
  /// [members][lanes]: where the biases of the member's rows are, for each lane.
  private let embeddings: BiasTable
  private let noBiases: BiasTable
  private let outputBiases: BiasTable

  init(network: PreparedNetwork, lanes: Int, members: Int, barrier: Barrier) {
    self.network = network
    self.lanes = lanes
    self.members = members
    self.barrier = barrier
    layout = LaneStateLayout(network.shape)
    hiddenStates = AlignedBuffer(count: lanes * layout.hiddenStride)
    fastCellStates = AlignedBuffer(count: lanes * layout.fastUnits)
    slowCellStates = AlignedBuffer(count: lanes * layout.slowUnits)
    preActivations = AlignedBuffer(count: lanes * layout.preActivationStride)
    logits = AlignedBuffer(count: lanes * 256)
    trees = AlignedBuffer(count: lanes * 512)
    embeddings = BiasTable(count: members * lanes, all: network.embedding)
    noBiases = BiasTable(count: members * lanes, all: network.noBiases)
    outputBiases = BiasTable(count: members * lanes, all: network.outputBiases)
    for member in 0..<members {
      let start = network.output.rows(of: member, among: members).lowerBound
      for lane in 0..<lanes {
        outputBiases.pointers[member * lanes + lane] = network.outputBiases + start
      }
    }
  }

  /// A member's part of making the trees of the first `active` lanes from their hidden states.
  func predict(active: Int, member: Int) {
    project(network.output, active, outputBiases, to: logits.pointer, stride: 256, member)
    for lane in share(of: active, member) {
      network.kernels.make_tree(logits.pointer + lane * 256, trees.pointer + lane * 512)
    }
    barrier.wait()
  }

  /// A member's part of stepping every lane on by its byte.
  func update(bytes: UnsafePointer<UInt8>, member: Int) {
    if let first = network.cells.first {
      let start = first.matrix.rows(of: member, among: members).lowerBound
      for lane in 0..<lanes {
        embeddings.pointers[member * lanes + lane] =
          network.embedding + Int(bytes[lane]) * 4 * layout.fastUnits + start
      }
    }
    var biases = embeddings
    for cell in network.cells {
      project(
        cell.matrix, lanes, biases, to: preActivations.pointer,
        stride: layout.preActivationStride, member)
      step(cell, member)
      biases = noBiases
    }
  }

  private func project(
    _ matrix: fsc_matrix, _ lanes: Int, _ biases: BiasTable,
    to result: UnsafeMutablePointer<Int16>, stride: Int, _ member: Int
  ) {
    let rows = matrix.rows(of: member, among: members)
    if !rows.isEmpty {
      var slice = matrix.slice(rows, network.kernels)
      network.kernels.project(
        &slice, hiddenStates.pointer, layout.hiddenStride, Int32(lanes),
        biases.pointers + member * self.lanes, result + rows.lowerBound, stride)
    }
    barrier.wait()
  }

  private func step(_ cell: PreparedCell, _ member: Int) {
    let (cellStates, offset) =
      switch cell.shape.kind {
      case .fast: (fastCellStates.pointer, 0)
      case .slow: (slowCellStates.pointer, layout.fastUnits)
      }
    var parameters = cell.parameters
    for lane in share(of: lanes, member) {
      network.kernels.step_cell(
        &parameters, preActivations.pointer + lane * layout.preActivationStride,
        cellStates + lane * cell.shape.units,
        hiddenStates.pointer + lane * layout.hiddenStride + offset)
    }
    barrier.wait()
  }

  /// The first member has the most: it is never idle while others work.
  private func share(of lanes: Int, _ member: Int) -> Range<Int> {
    (lanes * member + members - 1) / members..<(lanes * (member + 1) + members - 1) / members
  }
}

/// A pointer for each lane and member.
private final class BiasTable {
  let pointers: UnsafeMutablePointer<UnsafePointer<Int16>?>

  init(count: Int, all biases: UnsafePointer<Int16>) {
    pointers = .allocate(capacity: count)
    pointers.initialize(repeating: biases, count: count)
  }

  deinit { pointers.deallocate() }
}

extension fsc_matrix {
  /// A member's share of the rows, in whole blocks of 16.
  fileprivate func rows(of member: Int, among members: Int) -> Range<Int> {
    let blocks = Int(rows) / 16
    return 16 * (blocks * member / members)..<16 * (blocks * (member + 1) / members)
  }

  /// Some of the rows, from a multiple of 16 on, as a matrix.
  fileprivate func slice(_ range: Range<Int>, _ kernels: fsc_kernels) -> fsc_matrix {
    var slice = self
    slice.packed += kernels.packed_size(Int32(range.lowerBound), columns)
    slice.multipliers += range.lowerBound
    slice.rows = Int32(range.count)
    return slice
  }
}

/// How much room the state of one lane takes.
struct LaneStateLayout {
  let fastUnits: Int
  let slowUnits: Int
  /// Bytes from one lane's hidden states to the next's.
  let hiddenStride: Int
  /// Values from one lane's pre-activations to the next's.
  let preActivationStride: Int

  init(_ shape: ModelShape) {
    fastUnits = shape.fastUnits
    slowUnits = shape.slowUnits
    hiddenStride = alignedByteCount(fastUnits + slowUnits)
    preActivationStride = 4 * max(fastUnits, slowUnits)
  }

  var byteCount: Int {
    hiddenStride + 2 * (fastUnits + slowUnits + preActivationStride + 256) + 4 * 512
  }
}
