extension Parameters where Scalar == Float {
  /// A network of LSTMs before its training: the same arguments always give the same parameters.
  ///
  /// As in the paper's code: matrices orthogonal (Saxe, McClelland, Ganguli 2013), each of the
  /// states that a cell sees having a block of its own; gains 1; biases 0, but 1 for forget gates
  /// (Jozefowicz et al. 2015), so that cells remember until they learn to forget; output biases
  /// within ±0.01.
  public static func initial(_ topology: Topology, seed: UInt64) -> Parameters {
    let layout = ParameterLayout(topology)
    var parameters = Parameters(layout)
    var generator = SplitMix64(seed: seed)

    func fillBlock(at start: Int, rows: Int, columns: Int, stride: Int) {
      let block = orthogonal(rows: rows, columns: columns, using: &generator)
      for row in 0..<rows {
        for column in 0..<columns {
          parameters.values[start + row * stride + column] = block[row * columns + column]
        }
      }
    }

    let gates = 4 * topology.units[topology.cells[0].state]
    fillBlock(at: layout.embedding, rows: 256, columns: gates, stride: gates)
    for (cell, offsets) in zip(topology.cells, layout.cells) {
      let units = topology.units[cell.state]
      let inputCount = topology.inputCount(of: cell)
      var column = 0
      for state in topology.matrixInputs(of: cell) {
        fillBlock(
          at: offsets.weights + column, rows: 4 * units, columns: topology.units[state],
          stride: inputCount)
        column += topology.units[state]
      }
      for index in 0..<4 * units {
        parameters.values[offsets.gateGain + index] = 1
        parameters.values[offsets.gateBias + index] = index / units == 2 ? 1 : 0
      }
      for index in 0..<units { parameters.values[offsets.cellGain + index] = 1 }
    }
    let units = topology.units[topology.outputState]
    fillBlock(at: layout.output, rows: 256, columns: units, stride: units)
    for index in 0..<256 {
      parameters.values[layout.outputBias + index] = 0.01 * generator.nextSigned()
    }
    return parameters
  }

  /// A random matrix whose rows, or columns if there are fewer of them, are orthonormal.
  private static func orthogonal(
    rows: Int, columns: Int, using generator: inout SplitMix64
  ) -> [Float] {
    let (count, length) = (min(rows, columns), max(rows, columns))
    var vectors = (0..<count * length).map { _ in generator.nextNormal() }
    vectors.withUnsafeMutableBufferPointer { vectors in
      let vectors = vectors.baseAddress!
      for current in 0..<count {
        let vector = vectors + current * length
        // Gram and Schmidt; twice, as once leaves rounding errors that grow with the dimension.
        for _ in 0..<2 {
          for earlier in 0..<current {
            let other = vectors + earlier * length
            let overlap = dot(vector, other, length)
            for index in 0..<length { vector[index] -= overlap * other[index] }
          }
          let scale = 1 / dot(vector, vector, length).squareRoot()
          for index in 0..<length { vector[index] *= scale }
        }
      }
    }
    if columns >= rows { return vectors }
    return (0..<rows * columns).map { vectors[$0 % columns * length + $0 / columns] }
  }

  private static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    var sums = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) { sums += a.eight(index) * b.eight(index) }
    var sum = sums.sum()
    for index in whole..<count { sum += a[index] * b[index] }
    return sum
  }
}
