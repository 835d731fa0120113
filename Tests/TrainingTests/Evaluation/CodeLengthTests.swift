import Platform
import Testing
import Training

@Suite struct CodeLengthTests {
  static let parameters = Parameters<Float>.random(
    .fastSlow(fastCells: 3, fastUnits: 32, slowUnits: 16), seed: 1)

  static func bytes(_ count: Int) -> [UInt8] {
    var generator = TestGenerator(seed: 1)
    return generator.bytes(count)
  }

  /// Bits of a byte under the logits before the first one, in double precision.
  static func firstBits(_ byte: UInt8, _ parameters: Parameters<Float>) -> Double {
    let biases = parameters["bo"].map { Double($0) }
    return (log(biases.map(exp).reduce(0, +)) - biases[Int(byte)]) / log(2)
  }

  @Test(arguments: [1, 3, 5, 16, 300])
  func isTheSumOverBytes(lanes: Int) {
    // In few lanes this takes several windows, the last of them not full.
    let steps = 700 / lanes + 2
    let data = Self.bytes(lanes * steps + lanes - 1)
    var expected = 0.0
    let engine = SinglePrecisionEngine.plain(Self.parameters, streams: lanes, steps: 1)
    for lane in 0..<lanes { expected += Self.firstBits(data[lane * steps], Self.parameters) }
    for step in 1..<steps {
      expected +=
        engine.evaluate(
          (0..<lanes).map { data[$0 * steps + step - 1] },
          targets: (0..<lanes).map { data[$0 * steps + step] }, Self.parameters) / log(2)
    }
    for threads in 1...2 {
      let result = Self.parameters.codeLength(of: data, lanes: lanes, threads: threads)
      #expect(result.bytes == lanes * steps)
      #expect(abs(result.bits - expected) < 1e-5 * expected)
    }
  }

  @Test func theFirstByteIsCodedWithTheOutputBiases() {
    for byte: UInt8 in [0, 100, 255] {
      let result = Self.parameters.codeLength(of: [byte], lanes: 1, threads: 1)
      #expect(result.bytes == 1)
      #expect(abs(result.bits - Self.firstBits(byte, Self.parameters)) < 1e-9)
    }
  }

  @Test func codeLengthsAreThoseOfADistribution() {
    let text = Self.bytes(10)
    let total = (0...255).reduce(0.0) { sum, byte in
      let whole = Self.parameters.codeLength(of: text + [UInt8(byte)], lanes: 1, threads: 1)
      let before = Self.parameters.codeLength(of: text, lanes: 1, threads: 1)
      return sum + exp2(before.bits - whole.bits)
    }
    #expect(abs(total - 1) < 1e-5)
  }

  @Test func dataShorterThanTheLanesCostsNothing() {
    let result = Self.parameters.codeLength(of: [1, 2, 3], lanes: 4, threads: 1)
    #expect(result.bits == 0 && result.bytes == 0)
  }

  @Test func controlsAreEvaluatedToo() {
    let parameters = Parameters<Float>.random(.stacked(layers: 2, units: 16), seed: 3)
    let result = parameters.codeLength(of: Self.bytes(100), lanes: 2, threads: 1)
    #expect(result.bytes == 100 && result.bits.isFinite && result.bits > 0)
  }
}
