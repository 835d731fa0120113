import CKernels
import Model

/// A network as one kernel table wants it, in memory that lives as long as this object.
package final class PreparedNetwork: @unchecked Sendable {
  // @unchecked: nothing is written after init, and the pointers point into `storage`.

  package let shape: NetworkShape
  package let kernels: fsc_kernels
  /// In the order in which a step runs them.
  package let cells: [PreparedCell]
  package let output: fsc_matrix
  package let outputBiases: UnsafePointer<Int16>
  /// [256][rows of F1].
  package let embedding: UnsafePointer<Int16>
  /// As many zeros as the largest cell has pre-activations: the biases of all but the first.
  package let noBiases: UnsafePointer<Int16>
  private let storage: SharedPages

  package init(_ network: QuantizedNetwork, kernels: fsc_kernels = Kernels.current) {
    let arena = Arena(network, kernels: kernels)
    shape = network.shape
    self.kernels = kernels
    cells = zip(network.shape.cells, network.cells).map { shape, cell in
      PreparedCell(
        shape: shape, matrix: arena.pack(cell.matrix),
        parameters: arena.prepare(cell, shape))
    }
    output = arena.pack(network.output)
    outputBiases = arena.keep(network.outputBiases)
    embedding = arena.keep(network.embedding)
    noBiases = arena.keep([Int16](repeating: 0, count: network.shape.mostRows))
    storage = arena.memory
  }
}

/// One cell with its packed matrix.
package struct PreparedCell {
  package let shape: CellShape
  package let matrix: fsc_matrix
  package let parameters: fsc_cell
}

/// Moves arrays to aligned memory that they share.
private struct Arena {
  let kernels: fsc_kernels
  let memory: SharedPages

  /// With room for all of `network`.
  init(_ network: QuantizedNetwork, kernels: fsc_kernels) {
    var byteCount = 0
    func add(_ count: Int, of size: Int = MemoryLayout<Int16>.size) {
      byteCount += alignedByteCount(count * size)
    }
    func add(_ matrix: QuantizedMatrix) {
      add(kernels.packed_size(Int32(matrix.rows), Int32(matrix.columns)), of: 1)
      add(matrix.rows)
    }
    for (shape, cell) in zip(network.shape.cells, network.cells) {
      add(cell.matrix)
      for values in [cell.gateGains, cell.gateBiases, cell.ownWeights] { add(values.count) }
      if let norm = cell.stateNorm {
        add(norm.gains.count)
        add(norm.biases.count)
      }
      var parameters = fsc_cell(shape)
      add(kernels.packed_cell_size?(&parameters) ?? 0, of: 1)
    }
    add(network.output)
    add(256)
    add(network.embedding.count)
    add(network.shape.mostRows)
    self.kernels = kernels
    memory = SharedPages(byteCount: byteCount)
  }

  func keep(_ values: [Int16]) -> UnsafePointer<Int16> {
    let copy = memory.take(byteCount: values.count * MemoryLayout<Int16>.stride)
      .bindMemory(to: Int16.self, capacity: values.count)
    values.withUnsafeBufferPointer {
      if let source = $0.baseAddress { copy.update(from: source, count: $0.count) }
    }
    return UnsafePointer(copy)
  }

  func prepare(_ cell: QuantizedCell, _ shape: CellShape) -> fsc_cell {
    var result = fsc_cell(shape)
    withUnsafeMutableBytes(of: &result.gate_epsilons) { epsilons in
      for (gate, epsilon) in cell.gateEpsilons.enumerated() {
        epsilons.storeBytes(
          of: epsilon, toByteOffset: gate * MemoryLayout<UInt32>.size, as: UInt32.self)
      }
    }
    result.gate_gains = keep(cell.gateGains)
    result.gate_biases = keep(cell.gateBiases)
    if let norm = cell.stateNorm {
      result.cell_epsilon = norm.epsilon
      result.cell_gains = keep(norm.gains)
      result.cell_biases = keep(norm.biases)
    }
    if !cell.ownWeights.isEmpty { result.own_weights = keep(cell.ownWeights) }
    if let size = kernels.packed_cell_size, let pack = kernels.pack_cell {
      let packed = memory.take(byteCount: size(&result))
      pack(&result, packed)
      result.packed = UnsafeRawPointer(packed)
    }
    return result
  }

  func pack(_ matrix: QuantizedMatrix) -> fsc_matrix {
    let (rows, columns) = (Int32(matrix.rows), Int32(matrix.columns))
    let packed = memory.take(byteCount: kernels.packed_size(rows, columns))
    matrix.weights.withUnsafeBufferPointer {
      kernels.pack($0.baseAddress, rows, columns, packed)
    }
    return fsc_matrix(
      packed: packed, multipliers: keep(matrix.multipliers), rows: rows, columns: columns,
      shift: Int32(matrix.shift))
  }
}

extension fsc_cell {
  /// Of a kind and a size, without its numbers.
  init(_ shape: CellShape) {
    self.init()
    kind = Int32(shape.kind.rawValue)
    units = Int32(shape.units)
  }
}
