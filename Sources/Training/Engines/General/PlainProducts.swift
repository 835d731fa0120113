/// Products of our own: for checks, and to evaluate networks where there is no OpenBLAS.
struct PlainProducts<Scalar: TrainingScalar>: MatrixProducts {
  /// Pairs of the right one's rows that are in the cache while all rows of the left one pass by.
  private static var block: Int { 8 }

  @inline(__always)
  func multiply(
    _ left: MatrixOperand<Scalar>, _ right: MatrixOperand<Scalar>,
    rows: Int, columns: Int, depth: Int,
    into result: UnsafeMutablePointer<Scalar>, stride: Int, adds: Bool
  ) {
    if !left.isTransposed, right.isTransposed, !adds, depth % 8 == 0, columns % 2 == 0 {
      return multiplyRows(left, right, rows, columns / 2, depth, into: result, stride)
    }
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

  /// Inner products of rows of both sides, which is what a pass forward consists of: two rows of
  /// the left one at a time with two of the right one. Of these, the second is half a matrix behind
  /// the first, so that memory is read from two places on, each from one end to the other.
  ///
  /// - Parameters:
  ///   - half: of the columns.
  ///   - depth: a multiple of 8.
  @inline(__always)
  private func multiplyRows(
    _ left: MatrixOperand<Scalar>, _ right: MatrixOperand<Scalar>,
    _ rows: Int, _ half: Int, _ depth: Int,
    into result: UnsafeMutablePointer<Scalar>, _ stride: Int
  ) {
    for block in Swift.stride(from: 0, to: half, by: Self.block) {
      for row in Swift.stride(from: 0, to: rows, by: 2) {
        for column in block..<min(block + Self.block, half) {
          let lines = Lines(
            first: right.elements + column * right.stride,
            second: right.elements + (column + half) * right.stride)
          let factors = left.elements + row * left.stride
          let sums = result + row * stride + column
          if row + 1 < rows {
            let pair = lines.multiply(factors, factors + left.stride, depth: depth)
            pair.first.store(sums, half)
            pair.second.store(sums + stride, half)
          } else {
            lines.multiply(factors, depth: depth).store(sums, half)
          }
        }
      }
    }
  }

  /// Two rows of a matrix. A sum's terms are added in the same order by both of its functions, so
  /// that a row's products do not depend on its neighbors.
  private struct Lines {
    let first: UnsafePointer<Scalar>
    let second: UnsafePointer<Scalar>

    @inline(__always)
    func multiply(
      _ one: UnsafePointer<Scalar>, _ two: UnsafePointer<Scalar>, depth: Int
    ) -> (first: Sums, second: Sums) {
      var sums = (first: Sums(), second: Sums())
      for index in Swift.stride(from: 0, to: depth, by: 8) {
        let (a, b) = (first.eight(index), second.eight(index))
        sums.first.add(one.eight(index), a, b)
        sums.second.add(two.eight(index), a, b)
      }
      return sums
    }

    @inline(__always)
    func multiply(_ one: UnsafePointer<Scalar>, depth: Int) -> Sums {
      var sums = Sums()
      for index in Swift.stride(from: 0, to: depth, by: 8) {
        sums.add(one.eight(index), first.eight(index), second.eight(index))
      }
      return sums
    }
  }

  /// Of a row with two others.
  private struct Sums {
    private var (a, b) = (SIMD8<Scalar>.zero, SIMD8<Scalar>.zero)

    @inline(__always)
    mutating func add(_ factor: SIMD8<Scalar>, _ a: SIMD8<Scalar>, _ b: SIMD8<Scalar>) {
      self.a += factor * a
      self.b += factor * b
    }

    @inline(__always)
    func store(_ result: UnsafeMutablePointer<Scalar>, _ stride: Int) {
      result[0] = a.sum()
      result[stride] = b.sum()
    }
  }
}
