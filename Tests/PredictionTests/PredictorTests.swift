import Model
import Platform
import Prediction
import Testing
import TestSupport

@Suite struct PredictorTests {
  /// Every tree of `steps` steps over pseudo-random bytes, hashed.
  private func fingerprint(_ network: PreparedNetwork, lanes: Int, steps: Int) -> UInt64 {
    let predictor = Predictor([network], lanes: lanes)
    var random = SplitMix64(seed: 7)
    var hash: UInt64 = 0
    for _ in 0..<steps {
      predictor.predict(active: lanes)
      for lane in 0..<lanes { hash = XXH64.hash(UnsafeRawBufferPointer(start: predictor.trees(lane: lane), count: 2048), seed: hash) }
      predictor.update(bytes: (0..<lanes).map { _ in UInt8(random.next(in: 0...255)) })
    }
    return hash
  }

  /// These numbers are the format: archives cannot be decoded once they change.
  @Test(arguments: [
    (2, 16, 32, UInt64(13_302_054_345_191_027_923)),
    (3, 32, 16, 4_357_753_828_150_497_762),
    (5, 48, 80, 2_283_180_717_616_064_002),
  ])
  func treesNeverChange(_ fastCells: Int, _ fastUnits: Int, _ slowUnits: Int, _ expected: UInt64)
    throws
  {
    let network = try QuantizedNetwork.random(
      fastCells: fastCells, fastUnits: fastUnits, slowUnits: slowUnits, seed: 11)
    let found = fingerprint(try network.prepared(), lanes: 3, steps: 40)
    #expect(found == expected)
  }

  /// Nor these, of a network with each kind of cell as the fast and as the slow one.
  @Test(arguments: [
    (CellKind.lstm, CellKind.minGRU, UInt64(11_015_345_284_003_736_548)),
    (.lstm, .minLSTM, 7_685_359_538_877_604_945),
    (.lstm, .diagonalGRU, 13_896_270_167_775_100_531),
    (.minGRU, .lstm, 4_514_298_817_260_807_197),
    (.minLSTM, .minGRU, 18_336_998_063_010_441_967),
    (.diagonalGRU, .minLSTM, 9_202_878_211_044_105_004),
  ])
  func treesOfOtherCellsNeverChange(
    _ fast: CellKind, _ slow: CellKind, _ expected: UInt64
  ) throws {
    let network = try QuantizedNetwork.random(
      fastUnits: 32, slowUnits: 48, fastKind: fast, slowKind: slow, seed: 11)
    let found = fingerprint(try network.prepared(), lanes: 3, steps: 40)
    #expect(found == expected)
  }

  @Test(arguments: [false, true])
  func equalsTheCheckedFormOnHostileModels(_ extreme: Bool) throws {
    for seed in UInt64(0)..<12 {
      let network = try extreme
        ? QuantizedNetwork.extreme(fastCells: 3, seed: seed)
        : QuantizedNetwork.random(fastCells: 3, seed: seed)
      try checkAgainstTheCheckedForm(network, seed: seed)
    }
  }

  @Test(arguments: CellKind.allCases, CellKind.allCases)
  func equalsTheCheckedFormForEveryKind(_ fast: CellKind, _ slow: CellKind) throws {
    let fastCells = fast == .lstm || fast == .diagonalGRU ? 3 : 2
    for seed in UInt64(0)..<4 {
      for network in [
        try QuantizedNetwork.random(
          fastCells: fastCells, fastKind: fast, slowKind: slow, seed: seed),
        try .extreme(fastCells: fastCells, fastKind: fast, slowKind: slow, seed: seed),
      ] { try checkAgainstTheCheckedForm(network, seed: seed) }
    }
  }

  private func checkAgainstTheCheckedForm(_ network: QuantizedNetwork, seed: UInt64) throws {
    var plain = PlainNetwork(network)
    let predictor = Predictor([try network.prepared()], lanes: 1)
    var random = SplitMix64(seed: seed)
    for _ in 0..<30 {
      predictor.predict(active: 1)
      let logits = predictor.logits(lane: 0)
      #expect((0..<256).map { Int(logits[$0]) } == plain.logits)
      let byte = UInt8.random(in: 0...255, using: &random)
      predictor.update(bytes: [byte])
      plain.step(byte)
    }
  }

  @Test func aLaneDoesNotDependOnTheOthers() throws {
    let network = try QuantizedNetwork.random(seed: 3).prepared()
    let text = Array("the quick brown fox jumps over the lazy dog".utf8)
    func trees(lanes: Int, lane: Int) -> [UInt32] {
      let predictor = Predictor([network], lanes: lanes)
      var random = SplitMix64(seed: UInt64(lanes))
      var bytes = (0..<lanes).map { _ in UInt8.random(in: 0...255, using: &random) }
      var trees: [UInt32] = []
      for byte in text {
        predictor.predict(active: lane + 1)
        trees += UnsafeBufferPointer(start: predictor.trees(lane: lane), count: 512)
        bytes[lane] = byte
        predictor.update(bytes: bytes)
      }
      return trees
    }
    let alone = trees(lanes: 1, lane: 0)
    for (lanes, lane) in [(2, 1), (7, 3), (33, 32)] {
      #expect(trees(lanes: lanes, lane: lane) == alone)
    }
  }

  @Test func treesAddUp() throws {
    let network = try QuantizedNetwork.extreme(seed: 5)
    let predictor = Predictor([try network.prepared()], lanes: 1)
    for byte in UInt8(0)..<20 {
      predictor.predict(active: 1)
      let tree = predictor.trees(lane: 0)
      #expect((256..<512).allSatisfy { tree[$0] >= 1 })
      #expect((1..<256).allSatisfy { UInt64(tree[$0]) == UInt64(tree[2 * $0]) + UInt64(tree[2 * $0 + 1]) })
      predictor.update(bytes: [byte])
    }
  }
}
