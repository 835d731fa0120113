import Platform
import Testing
import Training

@Suite struct FloatNetworkTests {
  static let weights = FloatWeights.random(fastCells: 3, fastUnits: 32, slowUnits: 16, seed: 1)

  /// Bytes that repeat no pattern.
  static func bytes(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  /// What `Fixtures/make_golden.py` writes.
  struct Golden: Decodable {
    struct Lane: Decodable {
      var bytes: [UInt8]
      var bits: [Double]
      var logits: [[Float]]
    }
    var sampled: [Int]
    var lanes: [Lane]
  }

  @Test(arguments: ["fslstm2", "fslstm3"])
  func agreesWithNumpy(name: String) throws {
    let path = "\(Fixtures.directory)/\(name)"
    let weights = try FloatWeights(Safetensors(path: path + ".safetensors"))
    let golden = try Fixtures.decode(Golden.self, from: path + ".json")
    var network = FloatNetwork(weights: weights, lanes: golden.lanes.count)
    let steps = golden.lanes[0].bytes.count
    for step in 0..<steps {
      for (lane, expected) in golden.lanes.enumerated() {
        let bits = network.codeLength(of: expected.bytes[step], lane: lane)
        #expect(abs(bits - expected.bits[step]) < 2e-4, "lane \(lane), step \(step)")
        let kept = step - (steps - expected.logits.count)
        if kept >= 0 {
          let logits = network.logits(lane: lane)
          for (value, logit) in zip(golden.sampled, expected.logits[kept]) {
            #expect(abs(logits[value] - logit) < 1e-4, "lane \(lane), step \(step)")
          }
        }
      }
      network.step(golden.lanes.map { $0.bytes[step] })
    }
  }

  @Test func firstByteIsCodedWithTheOutputBias() {
    let network = FloatNetwork(weights: Self.weights, lanes: 3)
    for lane in 0..<3 { #expect(network.logits(lane: lane) == Self.weights.outputBias) }
  }

  @Test(arguments: [2, 3, 7, 16, 37, 64])
  func lanesDoNotAffectEachOther(lanes: Int) {
    let steps = 5
    let bytes = Self.bytes(lanes * steps)
    var together = FloatNetwork(weights: Self.weights, lanes: lanes)
    for step in 0..<steps {
      together.step((0..<lanes).map { bytes[$0 * steps + step] })
    }
    for lane in 0..<lanes {
      var alone = FloatNetwork(weights: Self.weights, lanes: 1)
      for step in 0..<steps { alone.step([bytes[lane * steps + step]]) }
      #expect(alone.logits(lane: 0) == together.logits(lane: lane), "lane \(lane)")
    }
  }

  @Test func copiesAreIndependent() {
    var network = FloatNetwork(weights: Self.weights, lanes: 2)
    let untouched = network
    network.step([1, 2])
    #expect(untouched.logits(lane: 0) == Self.weights.outputBias)
    #expect(network.logits(lane: 0) != Self.weights.outputBias)
  }

  @Test func codeLengthIsTheSumOverBytes() {
    let (lanes, steps) = (5, 9)
    let data = Self.bytes(lanes * steps + 3)
    var expected = 0.0
    var network = FloatNetwork(weights: Self.weights, lanes: lanes)
    for step in 0..<steps {
      let bytes = (0..<lanes).map { data[$0 * steps + step] }
      for lane in 0..<lanes { expected += network.codeLength(of: bytes[lane], lane: lane) }
      network.step(bytes)
    }
    var reports: [Int] = []
    let result = FloatNetwork.codeLength(of: data, lanes: lanes, weights: Self.weights) {
      reports.append($0)
    }
    #expect(result.bytes == lanes * steps)
    #expect(abs(result.bits - expected) < 1e-9 * expected)
    #expect(reports == (1...steps).map { $0 * lanes })
  }

  @Test func codeLengthsAreThoseOfADistribution() {
    var network = FloatNetwork(weights: Self.weights, lanes: 1)
    for byte in Self.bytes(10) { network.step([byte]) }
    let total = (0...255).reduce(0.0) { sum, byte in
      sum + exp2(-network.codeLength(of: UInt8(byte), lane: 0))
    }
    #expect(abs(total - 1) < 1e-5)
  }

  @Test func dataShorterThanTheLanesCostsNothing() {
    let result = FloatNetwork.codeLength(of: [1, 2, 3], lanes: 4, weights: Self.weights)
    #expect(result.bits == 0 && result.bytes == 0)
  }
}
