import Training

/// Random numbers that are the same everywhere.
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// Uniform in -1..<1.
  mutating func signed() -> Double { Double(Int64(bitPattern: next())) * 0x1p-63 }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 40) }
  }

  /// Weights of a network that is not chaotic: rounding errors do not grow from cell to cell.
  mutating func parameters(_ topology: Topology) -> Parameters<Float> {
    var result = Parameters<Float>(ParameterLayout(topology))
    for entry in result.layout.entries {
      let center: Float = entry.name.hasPrefix("g") ? 0.5 : 0
      let radius = entry.shape.count == 2 ? (3 / Float(entry.shape[1])).squareRoot() : 0.2
      for index in entry.range { result.values[index] = center + radius * Float(signed()) }
    }
    return result
  }
}

extension Parameters where Scalar == Float {
  var doubles: Parameters<Double> {
    Parameters<Double>(layout: layout, values: values.map(Double.init))
  }
}
