import Prediction
import Testing
import TestSupport

@Suite struct LayerNormTests {
  static let vectors: [(name: String, values: [Int16])] = [
    ("zeros", [Int16](repeating: 0, count: 16)),
    ("lowest", [Int16](repeating: .min, count: 4096)),
    ("highest", [Int16](repeating: .max, count: 4096)),
    ("two ends", (0..<4096).map { $0 % 2 == 0 ? .min : .max }),
    ("one outlier", [.max] + [Int16](repeating: .min, count: 4095)),
    ("small outlier", [1] + [Int16](repeating: 0, count: 4095)),
    ("ramp", (0..<384).map { Int16($0 * 7 - 1000) }),
    ("ends of sixteen", [.min] + [Int16](repeating: .max, count: 15)),
  ]

  @Test(arguments: vectors.indices, [UInt32(1), 66, 1 << 30])
  func staysInRangeAndEqualsTheCheckedForm(_ index: Int, _ epsilon: UInt32) {
    let z = Self.vectors[index].values
    let moments = z.withUnsafeBufferPointer { Moments($0, epsilon: epsilon) }
    #expect((1 << 14..<1 << 15).contains(moments.factor))
    #expect((4...20).contains(moments.shift))
    for (gain, bias) in [(Int16.max, Int16.max), (.min, .min), (2048, 0)] {
      let gains = [Int16](repeating: gain, count: z.count)
      let biases = [Int16](repeating: bias, count: z.count)
      var output = [Int16](repeating: 0, count: z.count)
      z.withUnsafeBufferPointer {
        layerNorm($0, epsilon: epsilon, gains: gains, biases: biases, output: &output)
      }
      let plain = PlainNetwork.normalize(
        z.map(Int.init), epsilon: Int(epsilon), gains: gains.map(Int.init),
        biases: biases.map(Int.init))
      #expect(output.map(Int.init) == plain)
    }
  }

  @Test func inverseSquareRootIsAccurateOverItsWholeRange() {
    var random = SplitMix64(seed: 1)
    let ends: [UInt64] = [1 << 8, (1 << 8) + 1, (1 << 56) - 1, 1 << 55, 1 << 54, (1 << 54) - 1]
    for total in ends + (0..<20000).map({ _ in max(256, random.next() >> UInt64.random(in: 8...55, using: &random)) }) {
      let (root, exponent) = inverseSquareRoot(total)
      #expect((32767...65535).contains(root))
      let value = Double(root) / Double(UInt64(1) << UInt64(exponent))
      #expect(abs(value * Double(total).squareRoot() - 1) < 1 / 16384)
    }
  }

  @Test func normalizesToZeroMeanAndUnitVariance() {
    var random = SplitMix64(seed: 2)
    for count in [16, 48, 256, 384, 1488] {
      let z = (0..<count).map { _ in Int16.random(in: -3000...5000, using: &random) }
      var output = [Int16](repeating: 0, count: count)
      z.withUnsafeBufferPointer {
        layerNorm(
          $0, epsilon: 1, gains: [Int16](repeating: 2048, count: count),
          biases: [Int16](repeating: 0, count: count), output: &output)
      }
      let mean = output.map { Double($0) }.reduce(0, +) / Double(count)
      let power = output.map { Double($0) * Double($0) }.reduce(0, +) / Double(count)
      #expect(abs(mean) < 8)
      #expect(abs(power.squareRoot() - 4096) < 8)
    }
  }
}
