import Model
import Platform
import Prediction
import Testing
import Training

@Suite struct QuantizerTests {
  /// Bits a byte that the fixed-point form of `weights` spends on `data`, in one lane.
  private func fixedPointBits(_ weights: FloatWeights, _ data: [UInt8]) throws -> Double {
    // As it comes out of a model file, so that it has been validated.
    let network = try QuantizedNetwork(Quantizer.quantize(weights).section)
    let predictor = Predictor([PreparedNetwork(network)], lanes: 1)
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
    let weights = FloatWeights.random(fastCells: k, fastUnits: f, slowUnits: s, seed: 9)
    let fixed = Predictor([PreparedNetwork(try Quantizer.quantize(weights))], lanes: 1)
    var float = FloatNetwork(weights: weights, lanes: 1)
    for byte in "All ".utf8 {
      fixed.predict(active: 1)
      let exact = float.logits(lane: 0).map { Double($0) }
      let errors = (0..<256).map { Double(fixed.logits(lane: 0)[$0]) / 128 * log(2) - exact[$0] }
      let power = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      #expect(power(errors) / power(exact) < 0.06)
      fixed.update(bytes: [byte])
      float.step([byte])
    }
  }

  @Test func weightsUseTheirWholeRange() throws {
    let weights = FloatWeights.random(fastCells: 2, fastUnits: 32, slowUnits: 16, seed: 4)
    let network = try Quantizer.quantize(weights)
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
    let random = FloatWeights.random(fastCells: 3, fastUnits: 16, slowUnits: 16, seed: 2)
    let tensors = random.tensors.map { tensor in
      Safetensors.FloatTensor(
        name: tensor.name, shape: tensor.shape,
        elements: tensor.elements.map { $0 < 0 ? -magnitude : magnitude })
    }
    let weights = try FloatWeights(Safetensors(tensors: tensors, metadata: [:]))
    let bits = try fixedPointBits(weights, Array("some text".utf8))
    #expect(bits.isFinite && bits > 0)
  }
}
