import CKernels

/// A network as one kernel table wants it, in memory that lives as long as this object.
package final class PreparedNetwork: @unchecked Sendable {
  // @unchecked: nothing is written after init, and the pointers point into `storage`.

  package let shape: ModelShape
  package let kernels: fsc_kernels
  /// In the order in which a step runs them.
  package let cells: [PreparedCell]
  package let output: fsc_matrix
  package let outputBiases: UnsafePointer<Int16>
  /// [256][4F].
  package let embedding: UnsafePointer<Int16>
  /// As many zeros as the largest cell has pre-activations: the biases of all but the first.
  package let noBiases: UnsafePointer<Int16>
  private let storage: [AnyObject]

  package init(_ network: QuantizedNetwork, kernels: fsc_kernels) {
    var arena = Arena(kernels: kernels)
    shape = network.shape
    self.kernels = kernels
    cells = zip(network.shape.cells, network.cells).map { shape, cell in
      PreparedCell(
        shape: shape, matrix: arena.pack(cell.matrix),
        parameters: arena.prepare(cell, units: shape.units))
    }
    output = arena.pack(network.output)
    outputBiases = arena.keep(network.outputBiases)
    embedding = arena.keep(network.embedding)
    noBiases = arena.keep(
      [Int16](repeating: 0, count: 4 * max(network.shape.fastUnits, network.shape.slowUnits)))
    storage = arena.buffers
  }
}

/// One cell with its packed matrix.
package struct PreparedCell {
  package let shape: CellShape
  package let matrix: fsc_matrix
  package let parameters: fsc_cell
}

/// Moves arrays to aligned memory and remembers it.
private struct Arena {
  let kernels: fsc_kernels
  private(set) var buffers: [AnyObject] = []

  init(kernels: fsc_kernels) { self.kernels = kernels }

  mutating func keep(_ values: [Int16]) -> UnsafePointer<Int16> {
    let buffer = AlignedBuffer(values)
    buffers.append(buffer)
    return UnsafePointer(buffer.pointer)
  }

  mutating func prepare(_ cell: QuantizedCell, units: Int) -> fsc_cell {
    var result = fsc_cell(
      units: Int32(units),
      gate_epsilons: (
        cell.gateEpsilons[0], cell.gateEpsilons[1], cell.gateEpsilons[2], cell.gateEpsilons[3]
      ),
      cell_epsilon: cell.cellEpsilon,
      gate_gains: keep(cell.gateGains), gate_biases: keep(cell.gateBiases),
      cell_gains: keep(cell.cellGains), cell_biases: keep(cell.cellBiases), packed: nil)
    if let size = kernels.packed_cell_size, let pack = kernels.pack_cell {
      let packed = AlignedBuffer<UInt8>(count: size(result.units))
      buffers.append(packed)
      pack(&result, packed.pointer)
      result.packed = UnsafeRawPointer(packed.pointer)
    }
    return result
  }

  mutating func pack(_ matrix: QuantizedMatrix) -> fsc_matrix {
    let (rows, columns) = (Int32(matrix.rows), Int32(matrix.columns))
    let packed = AlignedBuffer<UInt8>(count: kernels.packed_size(rows, columns))
    buffers.append(packed)
    matrix.weights.withUnsafeBufferPointer {
      kernels.pack($0.baseAddress, rows, columns, packed.pointer)
    }
    return fsc_matrix(
      packed: packed.pointer, multipliers: keep(matrix.multipliers), rows: rows,
      columns: columns, shift: Int32(matrix.shift))
  }
}
