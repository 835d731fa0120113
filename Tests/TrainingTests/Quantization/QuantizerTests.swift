import Model
import Platform
import Prediction
import Testing
import Training

@Suite struct QuantizerTests {
  /// Bits a byte that the fixed-point form of a network spends on `data`, in one lane.
  private func fixedPointBits(_ parameters: Parameters<Float>, _ data: [UInt8]) throws -> Double {
    let predictor = Predictor([PreparedNetwork(try Quantizer.quantize(parameters))], lanes: 1)
    var bits = 0.0
    for byte in data {
      predictor.predict(active: 1)
      let tree = predictor.trees(lane: 0)
      bits += log2(Double(tree[1])) - log2(Double(tree[256 + Int(byte)]))
      predictor.update(bytes: [byte])
    }
    return bits / Double(data.count)
  }

  /// Root mean square of the errors of the logits as a part of their own, over a few steps only: a
  /// network of random weights is chaotic, and blows up any error in time.
  @Test(arguments: [(2, 32, 48), (3, 48, 48), (4, 128, 64)])
  func logitsStayCloseToTheFloatNetworks(_ k: Int, _ f: Int, _ s: Int) throws {
    let parameters = Parameters<Float>.random(
      .fastSlow(fastCells: k, fastUnits: f, slowUnits: s), seed: 9)
    let fixed = Predictor([PreparedNetwork(try Quantizer.quantize(parameters))], lanes: 1)
    let text = Array("All ".utf8)
    let float = SinglePrecisionEngine.plain(parameters, streams: 1, steps: text.count)
    float.evaluate(text, targets: text, parameters)
    for (step, byte) in text.enumerated() {
      fixed.predict(active: 1)
      let logits = step == 0 ? parameters["bo"] : float.logits(step: step - 1, stream: 0)[...]
      let exact = logits.map { Double($0) }
      let errors = (0..<256).map { Double(fixed.logits(lane: 0)[$0]) / 128 * log(2) - exact[$0] }
      let power = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      #expect(power(errors) / power(exact) < 0.06)
      fixed.update(bytes: [byte])
    }
  }

  @Test func weightsUseTheirWholeRange() throws {
    let parameters = Parameters<Float>.random(
      .fastSlow(fastCells: 2, fastUnits: 32, slowUnits: 16), seed: 4)
    let network = try Quantizer.quantize(parameters)
    for matrix in network.cells.map(\.matrix) + [network.output] {
      for row in 0..<matrix.rows {
        let values = matrix.weights[row * matrix.columns..<(row + 1) * matrix.columns]
        #expect(values.map { abs(Int($0)) }.max() == 127)
      }
    }
    for cell in network.cells {
      for gate in 0..<4 {
        let rows = cell.matrix.rows / 4
        let largest = cell.matrix.multipliers[gate * rows..<(gate + 1) * rows].max()
        #expect(largest == 32767)
      }
    }
  }

  /// Numbers that no training makes must still give a model that can be used.
  @Test(arguments: [Float(0), 1e-38, 1e-20, 1e20, 3e38])
  func extremeWeightsGiveValidModels(_ magnitude: Float) throws {
    var parameters = Parameters<Float>.random(
      .fastSlow(fastCells: 3, fastUnits: 16, slowUnits: 16), seed: 2)
    parameters.values = parameters.values.map { $0 < 0 ? -magnitude : magnitude }
    let bits = try fixedPointBits(parameters, Array("some text".utf8))
    #expect(bits.isFinite && bits > 0)
  }

  private struct Measured: Decodable {
    let bits: Double
    let bytes: Int
    let lanes: Int
  }

  /// Trained networks of other cells, as PyTorch measured them in floating point.
  @Test(arguments: ["slow-mingru", "minimal", "diagonal"])
  func otherCellsCostWhatTheyDoInFloatingPoint(name: String) throws {
    let file = "\(Fixtures.directory)/\(name)"
    let float = try Fixtures.decode(Measured.self, from: file + ".json")
    let network = try Quantizer.quantize(Parameters(Fixtures.safetensors(file + ".safetensors")))
    let text = try Fixtures.bytes(
      of: "\(Fixtures.packageRoot)/corpora/samples/prose.txt", count: float.bytes)
    let length = text.count / float.lanes
    let predictor = Predictor([PreparedNetwork(network)], lanes: float.lanes)
    var bits = 0.0
    for step in 0..<length {
      predictor.predict(active: float.lanes)
      let bytes = (0..<float.lanes).map { text[$0 * length + step] }
      for (lane, byte) in bytes.enumerated() {
        let tree = predictor.trees(lane: lane)
        bits += log2(Double(tree[1])) - log2(Double(tree[256 + Int(byte)]))
      }
      predictor.update(bytes: bytes)
    }
    #expect(abs(bits / Double(length * float.lanes) - float.bits) < 0.002)
    #expect(float.bits < 4)
  }

  @Test func controlsHaveNoFixedPointForm() {
    let parameters = Parameters<Float>.random(.stacked(layers: 2, units: 16), seed: 1)
    #expect(throws: ModelError.unsupportedShape("a stacked-lstm has no fixed-point form")) {
      try Quantizer.quantize(parameters)
    }
  }

  /// What a model means is quantized to the same model.
  @Test(arguments: [
    Topology.fastSlow(fastCells: 3, fastUnits: 48, slowUnits: 32),
    .fastSlow(fastCells: 2, fastUnits: 48, slowUnits: 32, fastKind: .minLSTM, slowKind: .minGRU),
    .fastSlow(
      fastCells: 3, fastUnits: 48, slowUnits: 32, fastKind: .diagonalGRU, slowKind: .diagonalGRU),
  ])
  func modelsSurviveTheWayToFloatsAndBack(_ topology: Topology) throws {
    let parameters = Parameters<Float>.random(topology, seed: 5)
    let meant = Parameters(try Quantizer.quantize(parameters))
    for (one, two) in zip(parameters.tensors(), meant.tensors()) {
      #expect(one.name == two.name && one.shape == two.shape)
      let largest = one.elements.map(abs).max() ?? 0
      // Half a step: of a row's 127 at most, and of the output biases' Q7 of base-2 logarithms.
      // The multipliers of output rows are integers of about a hundred in a network so small.
      let error: Float =
        switch one.name {
        case "bo": 0.6931472 / 256
        case "Wo": largest / 254 + largest / 180
        default: largest / 254
        }
      for (a, b) in zip(one.elements, two.elements) where abs(a - b) > error * 1.01 {
        Issue.record("\(one.name): \(b) for \(a)")
      }
    }
    let third = Parameters(try Quantizer.quantize(meant))
    for (one, two) in zip(meant.tensors(), third.tensors()) {
      let largest = one.elements.map(abs).max() ?? 0
      for (a, b) in zip(one.elements, two.elements) where abs(a - b) > largest * 1e-3 {
        Issue.record("\(one.name): \(b) for \(a)")
      }
    }
  }
}
