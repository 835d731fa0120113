/// A row-major matrix in memory.
struct MatrixOperand<Scalar> {
  var elements: UnsafePointer<Scalar>
  /// Numbers from row to row, as it lies in memory.
  var stride: Int
  /// Whether its transpose is meant.
  var isTransposed = false
}

/// A way to multiply matrices, called from several threads at a time.
protocol MatrixProducts: Sendable {
  associatedtype Scalar: TrainingScalar

  /// result [rows][columns] = left [rows][depth] x right [depth][columns], or added to it.
  ///
  /// The same call always gives the same result.
  func multiply(
    _ left: MatrixOperand<Scalar>, _ right: MatrixOperand<Scalar>,
    rows: Int, columns: Int, depth: Int,
    into result: UnsafeMutablePointer<Scalar>, stride: Int, adds: Bool)
}

/// Products as a textbook has them: for checks, and where there is nothing better.
struct PlainProducts<Scalar: TrainingScalar>: MatrixProducts {
  init() {}

  func multiply(
    _ left: MatrixOperand<Scalar>, _ right: MatrixOperand<Scalar>,
    rows: Int, columns: Int, depth: Int,
    into result: UnsafeMutablePointer<Scalar>, stride: Int, adds: Bool
  ) {
    let (leftRow, leftColumn) = left.isTransposed ? (1, left.stride) : (left.stride, 1)
    let (rightRow, rightColumn) = right.isTransposed ? (1, right.stride) : (right.stride, 1)
    for row in 0..<rows {
      let result = result + row * stride
      if !adds { result.update(repeating: 0, count: columns) }
      for index in 0..<depth {
        let factor = left.elements[row * leftRow + index * leftColumn]
        let line = right.elements + index * rightRow
        for column in 0..<columns { result[column] += factor * line[column * rightColumn] }
      }
    }
  }
}
