import Platform
import Testing
import Training

/// The network in single precision, with products of either kind, against what numpy computes.
@Suite struct NumpyTests {
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

  /// The 40 bytes of each lane in windows of 13, so that states are carried.
  @Test(arguments: ["fslstm2", "fslstm3"], SinglePrecisionEngineTests.products)
  func agreesWithNumpy(name: String, products: String) throws {
    let path = "\(Fixtures.directory)/\(name)"
    let parameters = try Parameters(Fixtures.safetensors(path + ".safetensors"))
    let golden = try Fixtures.decode(Golden.self, from: path + ".json")
    let (lanes, steps) = (golden.lanes.count, 13)
    let engine = SinglePrecisionEngine(
      parameters.layout.topology, streams: lanes, steps: steps, threads: 2,
      products: SinglePrecisionEngineTests.openBLAS(products))
    let length = golden.lanes[0].bytes.count
    #expect((length - 1) % steps == 0)
    for (lane, expected) in golden.lanes.enumerated() {
      let bits = CodeLengthTests.firstBits(expected.bytes[0], parameters)
      #expect(abs(bits - expected.bits[0]) < 2e-4, "lane \(lane), first byte")
    }
    for start in stride(from: 0, to: length - 1, by: steps) {
      let rows = (0..<steps * lanes).map { (step: start + $0 / lanes, lane: $0 % lanes) }
      engine.evaluate(
        rows.map { golden.lanes[$0.lane].bytes[$0.step] },
        targets: rows.map { golden.lanes[$0.lane].bytes[$0.step + 1] }, parameters)
      let codeLengths = engine.codeLengths
      for (row, (step, lane)) in rows.enumerated() {
        let expected = golden.lanes[lane]
        let bits = codeLengths[row] / log(2)
        #expect(abs(bits - expected.bits[step + 1]) < 2e-4, "lane \(lane), step \(step)")
        // Those of the last bytes are stored.
        let kept = step + 1 - (length - expected.logits.count)
        guard kept >= 0 else { continue }
        let logits = engine.logits(step: step - start, stream: lane)
        for (value, logit) in zip(golden.sampled, expected.logits[kept]) {
          #expect(abs(logits[value] - logit) < 1e-4, "lane \(lane), step \(step)")
        }
      }
    }
  }
}
