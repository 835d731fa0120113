import EntropyCoding
import Testing
import TestSupport

@Suite struct ByteCodingTests {
  /// The tree of sums over 256 frequencies.
  private func tree(_ frequencies: [UInt32]) -> [UInt32] {
    var tree = [UInt32](repeating: 0, count: 256) + frequencies
    for node in (1...255).reversed() { tree[node] = tree[2 * node] + tree[2 * node + 1] }
    return tree
  }

  private func frequencies(using generator: inout SplitMix64) -> [UInt32] {
    switch UInt32.random(in: 0..<4, using: &generator) {
    case 0: return Array(repeating: 1, count: 256)
    case 1: return (0..<256).map { _ in UInt32.random(in: 1...65_536, using: &generator) }
    case 2: return Array(repeating: 0xFF_FFFF, count: 256)
    default:
      // One byte next to certain; a sum just below 2^32.
      var frequencies = [UInt32](repeating: 1, count: 256)
      frequencies[Int.random(in: 0..<256, using: &generator)] = UInt32.max - 255
      return frequencies
    }
  }

  @Test func decodesWhatWasEncoded() {
    var generator = SplitMix64(seed: 1)
    let trees = (0..<64).map { _ in tree(frequencies(using: &generator)) }
    let bytes = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var encoder = ArithmeticEncoder()
    for (index, byte) in bytes.enumerated() {
      trees[index % 64].withUnsafeBufferPointer { encoder.encode(byte, tree: $0.baseAddress!) }
    }
    let payload = encoder.finish()
    payload.withUnsafeBufferPointer { payload in
      var decoder = ArithmeticDecoder(payload: payload)
      let decoded = bytes.indices.map { index in
        trees[index % 64].withUnsafeBufferPointer { decoder.decodeByte(tree: $0.baseAddress!) }
      }
      #expect(decoded == bytes)
      #expect(decoder.isExact && !decoder.hasOverrun)
    }
  }

  @Test func codesTheHighestBitFirstUnderItsNode() {
    var generator = SplitMix64(seed: 2)
    let tree = tree((0..<256).map { _ in UInt32.random(in: 1...1000, using: &generator) })
    for byte in UInt8.min...UInt8.max {
      var encoder = ArithmeticEncoder()
      tree.withUnsafeBufferPointer { encoder.encode(byte, tree: $0.baseAddress!) }
      var decisions: [Decision] = []
      var node = 1
      for shift in (0..<8).reversed() {
        let bit = Int(byte >> UInt8(shift)) & 1
        let probability = Probability.ofOne(tree[2 * node + 1], outOf: tree[node])
        decisions.append(Decision(bit: bit == 1, probability: probability))
        node = 2 * node + bit
      }
      #expect(encoder.finish() == encode(decisions))
    }
  }

  @Test func probabilitiesStayInside() {
    #expect(Probability.ofOne(1, outOf: 2) == 1 << 21)
    #expect(Probability.ofOne(1, outOf: UInt32.max) == 1)
    #expect(Probability.ofOne(UInt32.max - 1, outOf: UInt32.max) == (1 << 22) - 1)
    #expect(Probability.ofOne(2, outOf: 3) == (2 << 22) / 3)
    #expect(Probability.ofOne(0, outOf: 1) == 1)
    #expect(Probability.ofOne(1, outOf: 1) == (1 << 22) - 1)
  }
}
