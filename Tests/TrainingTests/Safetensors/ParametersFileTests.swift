import Testing
import Training

/// Networks as safetensors files.
@Suite struct ParametersFileTests {
  static let parameters = Parameters<Float>.random(
    .fastSlow(fastCells: 3, fastUnits: 16, slowUnits: 32), seed: 7)

  /// The tensors of `parameters` after `change`, as a file.
  static func file(
    changing change: (inout Safetensors.FloatTensor) -> Bool
  ) throws -> Safetensors {
    let tensors = parameters.tensors().compactMap { tensor in
      var tensor = tensor
      return change(&tensor) ? tensor : nil
    }
    return try Safetensors(tensors: tensors)
  }

  @Test func writtenParametersReadBack() throws {
    let file = try Safetensors(tensors: Self.parameters.tensors())
    #expect(try Parameters(file) == Self.parameters)
    #expect(
      file.tensors.keys.sorted() == [
        "E", "W1", "W2", "W3", "WS", "Wo", "b1", "b2", "b3", "bS", "bc1", "bc2", "bc3", "bcS",
        "bo", "g1", "g2", "g3", "gS", "gc1", "gc2", "gc3", "gcS",
      ])
  }

  @Test(arguments: parameters.tensors().map(\.name))
  func namesTheMissingTensor(name: String) throws {
    let file = try Self.file { $0.name != name }
    #expect(throws: ParametersError.file(.missingTensor(name))) { try Parameters(file) }
  }

  @Test(arguments: parameters.tensors().map(\.name))
  func namesTheMisshapenTensor(name: String) throws {
    let file = try Self.file { tensor in
      if tensor.name == name {
        // Transposed or flattened: the same data, so that only the shape is wrong.
        tensor.shape = tensor.shape.count == 2 ? tensor.shape.reversed() : tensor.shape + [1]
      }
      return true
    }
    let error = #expect(throws: ParametersError.self) { try Parameters(file) }
    #expect(error?.description.contains("tensor \(name) has shape") == true)
  }

  @Test(arguments: parameters.tensors().map(\.name), [Float.nan, .infinity, -.infinity])
  func namesTheTensorThatIsNotFinite(name: String, value: Float) throws {
    var index = 0
    let file = try Self.file { tensor in
      if tensor.name == name {
        index = tensor.elements.count - 1
        tensor.elements[index] = value
      }
      return true
    }
    #expect(throws: ParametersError.notFinite(tensor: name, index: index)) {
      try Parameters(file)
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
    #expect(throws: ParametersError.unsupportedUnits(tensor: "W1", shape: shape)) {
      try Parameters(file)
    }
  }

  @Test func passesOverOtherTensors() throws {
    let optimizer = Safetensors.FloatTensor(name: "adam.m.W1", shape: [1], elements: [.nan])
    let file = try Safetensors(tensors: Self.parameters.tensors() + [optimizer])
    #expect(try Parameters(file) == Self.parameters)
  }
}
