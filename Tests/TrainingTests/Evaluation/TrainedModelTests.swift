import Platform
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
    let parameters = try Parameters(Fixtures.safetensors(Self.model))
    let golden = try Fixtures.decode([GoldenStep].self, from: Self.golden)
    let bytes = try Fixtures.bytes(of: Self.data, count: golden.count)
    try #require(bytes == golden.map(\.byte))

    let engine = SinglePrecisionEngine.plain(parameters, streams: 1, steps: bytes.count - 1)
    engine.evaluate(Array(bytes.dropLast()), targets: Array(bytes.dropFirst()), parameters)
    let codeLengths = engine.codeLengths
    for (step, expected) in golden.enumerated().dropFirst() {
      #expect(abs(codeLengths[step - 1] / log(2) - expected.bits) < 1e-3, "step \(step)")
      let logits = engine.logits(step: step - 1, stream: 0)
      for (value, logit) in zip([0, 32, 101, 255], expected.logits) {
        #expect(abs(logits[value] - logit) < 1e-3, "step \(step)")
      }
    }
  }
}
