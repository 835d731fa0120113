/// Adam (Kingma and Ba 2014), with the paper's constants.
struct Adam: Sendable {
  private static let firstDecay: Float = 0.9
  private static let secondDecay: Float = 0.999
  private static let epsilon: Float = 1e-8

  /// Decaying means of gradients and of their squares, one for each parameter.
  var first: [Float]
  var second: [Float]
  /// Updates made.
  var updates = 0

  init(count: Int) {
    first = Array(repeating: 0, count: count)
    second = first
  }

  /// Moves `values` against the gradient.
  ///
  /// - Parameter scale: what the gradient is multiplied by first.
  mutating func update(
    _ values: inout [Float], gradient: [Float], scale: Float, rate: Double
  ) {
    precondition(values.count == first.count && gradient.count == first.count)
    updates += 1
    // Decaying means of few numbers are too small by these factors.
    let firstBias = 1 - power(Double(Self.firstDecay), updates)
    let secondBias = 1 - power(Double(Self.secondDecay), updates)
    let step = Float(rate / firstBias)
    let rootScale = Float(1 / secondBias.squareRoot())
    let (firstDecay, secondDecay) = (Self.firstDecay, Self.secondDecay)
    values.withUnsafeMutableBufferPointer { values in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          gradient.withUnsafeBufferPointer { gradient in
            for index in values.indices {
              let slope = gradient[index] * scale
              let m = firstDecay * first[index] + (1 - firstDecay) * slope
              let v = secondDecay * second[index] + (1 - secondDecay) * slope * slope
              first[index] = m
              second[index] = v
              values[index] -= step * m / (v.squareRoot() * rootScale + Self.epsilon)
            }
          }
        }
      }
    }
  }

  /// By squaring.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
