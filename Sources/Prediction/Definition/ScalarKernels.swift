import CKernels

/// The definition itself in the shape of a kernel table: slow, and what the others are held to.
package enum ScalarKernels {
  private static let name: StaticString = "scalar"

  /// Matrices stay row-major.
  package static let table = fsc_kernels(
    name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
    packed_size: { rows, columns in Int(rows) * Int(columns) },
    pack: { weights, rows, columns, packed in
      guard let weights else { return }  // of no columns
      packed?.copyMemory(from: weights, byteCount: Int(rows) * Int(columns))
    },
    packed_cell_size: nil,
    pack_cell: nil,
    project: { matrix, inputs, inputStride, lanes, biases, z, zStride in
      guard let matrix = matrix?.pointee, let inputs, let biases, let z,
        let packed = matrix.packed, let multipliers = matrix.multipliers
      else { return }
      let weights = packed.assumingMemoryBound(to: Int8.self)
      let columns = Int(matrix.columns)
      for lane in 0..<Int(lanes) {
        guard let bias = biases[lane] else { return }
        for row in 0..<Int(matrix.rows) {
          z[lane * zStride + row] = projectRow(
            weights + row * columns, inputs + lane * inputStride, count: columns,
            shift: matrix.shift, multiplier: multipliers[row], bias: bias[row])
        }
      }
    },
    step_cells: { cell, lanes in
      guard let cell = cell?.pointee, let z = lanes.z, let cellStates = lanes.cell_states,
        let hiddenStates = lanes.hidden_states
      else { return }
      for lane in 0..<Int(lanes.count) {
        stepCell(
          cell, z: z + lane * lanes.z_stride, cellState: cellStates + lane * Int(cell.units),
          hiddenState: hiddenStates + lane * lanes.hidden_stride)
      }
    },
    make_tree: { logits, tree in
      guard let logits, let tree else { return }
      makeTree(logits, tree)
    })
}
