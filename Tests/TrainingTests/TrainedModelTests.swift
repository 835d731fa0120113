import Testing
import Training

/// The trained model and the enwik8 test split, where a checkout has them.
@Suite struct TrainedModelTests {
  struct GoldenStep: Decodable {
    var byte: UInt8
    var bits: Double
    var logits: [Float]

    enum CodingKeys: String, CodingKey {
      case byte, bits
      case logits = "logits_0_32_101_255"
    }
  }

  static let weights = Fixtures.packageRoot + "/../shared/weights"
  static let model = weights + "/fslstm2-f256-s384.safetensors"
  static let golden = weights + "/golden.json"
  static let data = Fixtures.packageRoot + "/corpora/data/enwik8.test"

  @Test(.enabled(if: [model, golden, data].allSatisfy(Fixtures.exists)))
  func agreesWithTheReferenceOnEnwik8() throws {
    let weights = try FloatWeights(Safetensors(path: Self.model))
    let golden = try Fixtures.decode([GoldenStep].self, from: Self.golden)
    let bytes = try Fixtures.bytes(of: Self.data, count: golden.count)
    try #require(bytes == golden.map(\.byte))

    var network = FloatNetwork(weights: weights, lanes: 1)
    for (step, expected) in golden.enumerated() {
      let bits = network.codeLength(of: expected.byte, lane: 0)
      #expect(abs(bits - expected.bits) < 1e-3, "step \(step)")
      let logits = network.logits(lane: 0)
      for (value, logit) in zip([0, 32, 101, 255], expected.logits) {
        #expect(abs(logits[value] - logit) < 1e-3, "step \(step)")
      }
      network.step([expected.byte])
    }
  }
}
