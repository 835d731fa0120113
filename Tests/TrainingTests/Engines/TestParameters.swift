import Training

extension TestGenerator {
  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 8) }
  }

  /// Weights of a network that is not chaotic: rounding errors do not grow from cell to cell.
  mutating func parameters(_ topology: Topology) -> Parameters<Float> {
    var result = Parameters<Float>(ParameterLayout(topology))
    for entry in result.layout.entries {
      let center: Float = entry.name.hasPrefix("g") ? 0.5 : 0
      let radius = entry.shape.count == 2 ? (3 / Float(entry.shape[1])).squareRoot() : 0.2
      for index in entry.range {
        result.values[index] = center + radius * Float(nextSigned())
      }
    }
    return result
  }
}

extension Parameters where Scalar == Float {
  var doubles: [Double] { values.map(Double.init) }
}
