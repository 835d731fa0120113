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
