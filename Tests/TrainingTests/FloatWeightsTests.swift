import Testing
import Training

@Suite struct FloatWeightsTests {
  static let weights = FloatWeights.random(fastCells: 3, fastUnits: 16, slowUnits: 32, seed: 7)

  /// The tensors of `weights` after `change`, as a file.
  static func file(
    changing change: (inout Safetensors.FloatTensor) -> Bool
  ) throws -> Safetensors {
    let tensors = weights.tensors.compactMap { tensor in
      var tensor = tensor
      return change(&tensor) ? tensor : nil
    }
    return try Safetensors(tensors: tensors)
  }

  @Test func writtenWeightsReadBack() throws {
    let file = try Safetensors(tensors: Self.weights.tensors)
    #expect(try FloatWeights(file) == Self.weights)
    #expect(
      file.tensors.keys.sorted() == [
        "E", "W1", "W2", "W3", "WS", "Wo", "b1", "b2", "b3", "bS", "bc1", "bc2", "bc3", "bcS",
        "bo", "g1", "g2", "g3", "gS", "gc1", "gc2", "gc3", "gcS",
      ])
  }

  @Test func countsUnitsAndMultiplyAdds() {
    #expect(Self.weights.fastUnits == 16 && Self.weights.slowUnits == 32)
    #expect(Self.weights.fast.count == 3)
    #expect(
      Self.weights.multiplyAddsPerByte == 64 * 16 + 128 * 48 + 64 * 48 + 64 * 16 + 256 * 16)
  }

  @Test func randomWeightsFollowTheSeed() {
    func weights(seed: UInt64) -> FloatWeights {
      .random(fastCells: 2, fastUnits: 16, slowUnits: 16, seed: seed)
    }
    #expect(weights(seed: 1) == weights(seed: 1))
    #expect(weights(seed: 1) != weights(seed: 2))
  }

  @Test(arguments: weights.tensors.map(\.name))
  func namesTheMissingTensor(name: String) throws {
    let file = try Self.file { $0.name != name }
    #expect(throws: FloatWeightsError.file(.missingTensor(name))) { try FloatWeights(file) }
  }

  @Test(arguments: weights.tensors.map(\.name))
  func namesTheMisshapenTensor(name: String) throws {
    let file = try Self.file { tensor in
      if tensor.name == name {
        // Transposed or flattened: the same data, so that only the shape is wrong.
        tensor.shape = tensor.shape.count == 2 ? tensor.shape.reversed() : tensor.shape + [1]
      }
      return true
    }
    let error = #expect(throws: FloatWeightsError.self) { try FloatWeights(file) }
    #expect(error?.description.contains("tensor \(name) has shape") == true)
  }

  @Test(arguments: weights.tensors.map(\.name), [Float.nan, .infinity, -.infinity])
  func namesTheTensorThatIsNotFinite(name: String, value: Float) throws {
    var index = 0
    let file = try Self.file { tensor in
      if tensor.name == name {
        index = tensor.elements.count - 1
        tensor.elements[index] = value
      }
      return true
    }
    #expect(throws: FloatWeightsError.notFinite(tensor: name, index: index)) {
      try FloatWeights(file)
    }
  }

  @Test(arguments: [[96, 24], [0, 0], [64], [0, 1 << 62], [0, 16, 16], [64, 32]])
  func refusesUnitsItCannotStep(shape: [Int]) throws {
    let file = try Self.file { tensor in
      if tensor.name == "W1" {
        tensor.shape = shape
        tensor.elements = Array(repeating: 0, count: shape.reduce(1, *))
      }
      return true
    }
    #expect(throws: FloatWeightsError.unsupportedUnits(tensor: "W1", shape: shape)) {
      try FloatWeights(file)
    }
  }

  @Test func passesOverOtherTensors() throws {
    let optimizer = Safetensors.FloatTensor(name: "adam.m.W1", shape: [1], elements: [.nan])
    let file = try Safetensors(tensors: Self.weights.tensors + [optimizer])
    #expect(try FloatWeights(file) == Self.weights)
  }
}
