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
  /// An untrained network whose states take the magnitudes that they have in training: weights of
  /// standard deviation 1 / sqrt(inputs), gains near 1, forget gates open.
  static func random(_ topology: Topology, seed: UInt64) -> Parameters {
    var generator = TestGenerator(seed: seed)
    var result = Parameters(ParameterLayout(topology))
    for entry in result.layout.entries {
      let radius: Float =
        switch entry.name {
        case "E": 1
        case _ where entry.shape.count == 2: (3 / Float(entry.shape[1])).squareRoot()
        default: 0.1
        }
      for index in entry.range {
        let place = index - entry.range.lowerBound
        let isForgetBias = entry.name.hasPrefix("b") && !entry.name.hasPrefix("bc")
          && entry.name != "bo" && place * 4 / entry.range.count == 2
        let center: Float = entry.name.hasPrefix("g") || isForgetBias ? 1 : 0
        result.values[index] = center + radius * Float(generator.nextSigned())
      }
    }
    return result
  }

  var doubles: [Double] { values.map(Double.init) }
}

extension SinglePrecisionEngine {
  /// Without OpenBLAS.
  static func plain(
    _ parameters: Parameters<Float>, streams: Int, steps: Int, threads: Int = 1
  ) -> SinglePrecisionEngine {
    SinglePrecisionEngine(
      parameters.layout.topology, streams: streams, steps: steps, threads: threads, products: nil)
  }

  /// Runs a window forward; returns its loss in nats.
  @discardableResult
  func evaluate(
    _ inputs: [UInt8], targets: [UInt8], _ parameters: Parameters<Float>
  ) -> Double {
    var none: Parameters<Float>?
    return run(
      TrainingWindow(inputs: inputs, targets: targets), parameters: parameters, gradient: &none)
  }
}
