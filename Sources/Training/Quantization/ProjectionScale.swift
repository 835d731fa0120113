/// The scales of a projection: of its weights, its accumulators and its results.
struct ProjectionScale {
  /// Accumulators saturate at this many times 127 x the L2 norm of the largest row: about
  /// thirteen standard deviations, hidden states being about 0.3 in root mean square.
  private static let headroom = 4.0

  /// [rows]: what one step of an int8 weight stands for.
  let steps: [Double]
  /// Right shift of the accumulators, 0...15.
  let shift: Int
  /// [rows]: how many units of the result make 1.
  let units: [Double]

  /// For a cell of `gates` gates: each has the finest units that its row multipliers, and the
  /// values that are added to it, allow. Layer norm divides them out again.
  init(_ matrix: Parameters<Float>.Matrix, gates: Int, addend: Parameters<Float>.Matrix? = nil) {
    let steps = Self.steps(matrix)
    let shift = Self.shift(matrix, steps)
    let gateRows = matrix.rows / gates
    units = (0..<matrix.rows).map { $0 / gateRows }.map { gate in
      let rows = gate * gateRows..<(gate + 1) * gateRows
      var units = Self.finestUnits(steps[rows], shift: shift)
      if let addend {
        let largest = (0..<addend.rows).lazy.flatMap { addend.row($0).dropFirst(rows.lowerBound)
          .prefix(gateRows) }.map { abs(Double($0)) }.max() ?? 0
        // A matrix without columns allows any.
        if largest * units > 32767 || matrix.columns == 0 && largest > 0 {
          units = 32767 / largest
        }
      }
      return units
    }
    self.steps = steps
    self.shift = shift
  }

  /// For results in given units; the shift gives way where the multipliers would not fit.
  init(_ matrix: Parameters<Float>.Matrix, units: Double) {
    steps = Self.steps(matrix)
    var shift = Self.shift(matrix, steps)
    while shift > 0, Self.finestUnits(steps[...], shift: shift) < units { shift -= 1 }
    self.shift = shift
    self.units = Array(repeating: units, count: matrix.rows)
  }

  private static func steps(_ matrix: Parameters<Float>.Matrix) -> [Double] {
    (0..<matrix.rows).map { row in
      let largest = matrix.row(row).map { abs(Double($0)) }.max() ?? 0
      return largest > 0 ? largest / 127 : 1
    }
  }

  private static func shift(_ matrix: Parameters<Float>.Matrix, _ steps: [Double]) -> Int {
    let norms = (0..<matrix.rows).map { row in
      matrix.row(row).reduce(0) { sum, value in
        let weight = (Double(value) / steps[row]).rounded()
        return sum + weight * weight
      }.squareRoot()
    }
    let limit = (norms.max() ?? 0) * 127 * headroom
    return (0..<15).first { limit <= Double(32767 << $0) } ?? 15
  }

  /// The most units that leave every multiplier, step / 127 x units x 2^shift, below 1.
  private static func finestUnits(_ steps: ArraySlice<Double>, shift: Int) -> Double {
    32767 / 32768 / ((steps.max() ?? 1) / 127 * Double(1 << shift))
  }
}
