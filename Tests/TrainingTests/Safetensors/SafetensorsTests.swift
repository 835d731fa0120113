import Testing
import Training

@Suite struct SafetensorsTests {
  static let tensors: [Safetensors.FloatTensor] = [
    .init(name: "matrix", shape: [2, 3], elements: [0, -0.0, 1.5, -.infinity, 0x1p-149, 3.4e38]),
    .init(name: "scalar", shape: [], elements: [42]),
    .init(name: "empty", shape: [0, 7], elements: []),
    .init(name: "A \"quoted\" /name/ ü", shape: [1], elements: [-1]),
  ]

  @Test func writtenTensorsReadBack() throws {
    let metadata = ["kind": "fs-lstm", "note": "a\nb"]
    let written = try Safetensors(tensors: Self.tensors, metadata: metadata)
    let read = try Safetensors(bytes: written.bytes)
    #expect(read.metadata == metadata)
    #expect(read.tensors.count == Self.tensors.count)
    for tensor in Self.tensors {
      #expect(read.tensors[tensor.name]?.shape == tensor.shape)
      #expect(read.tensors[tensor.name]?.elementType == .float32)
      #expect(try read.floats(tensor.name).map(\.bitPattern) == tensor.elements.map(\.bitPattern))
    }
  }

  @Test func sameTensorsGiveTheSameBytes() throws {
    let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key\($0)", "\($0)") })
    let tensors = (0..<20).map {
      Safetensors.FloatTensor(name: "t\($0)", shape: [1], elements: [Float($0)])
    }
    let first = try Safetensors(tensors: tensors, metadata: metadata).bytes
    for _ in 0..<8 {
      // Dictionaries built anew iterate in another order.
      let rebuilt = Dictionary(uniqueKeysWithValues: metadata.shuffled())
      #expect(try Safetensors(tensors: tensors, metadata: rebuilt).bytes == first)
    }
  }

  @Test func dataStartsAligned() throws {
    for length in 0..<9 {
      let name = String(repeating: "n", count: length)
      let file = try Safetensors(tensors: [.init(name: name, shape: [1], elements: [1])])
      #expect((file.bytes.count - 4) % 8 == 0)
    }
  }

  @Test func writtenBytesAreTheFormat() throws {
    let file = try Safetensors(tensors: [.init(name: "t", shape: [1], elements: [1])])
    let header = #"{"t":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}}"#
    #expect(file.bytes == Safetensors.file(header: header + "  ", data: [0, 0, 0x80, 0x3F]))
  }

  @Test func readsHalfPrecision() throws {
    let header = """
      {"half": {"dtype": "F16", "shape": [4], "data_offsets": [0, 8]},
       "brain": {"dtype": "BF16", "shape": [2], "data_offsets": [8, 12]}}
      """
    let data: [UInt8] = [
      0x00, 0x3C, 0x01, 0x00, 0xFF, 0xFB, 0x00, 0x7C,  // 1, 2^-24, -65504, infinity
      0x80, 0x3F, 0x49, 0xC0,  // 1, -3.140625
    ]
    let file = try Safetensors(bytes: Safetensors.file(header: header, data: data))
    #expect(try file.floats("half") == [1, 0x1p-24, -65504, .infinity])
    #expect(try file.floats("brain") == [1, -3.140625])
  }

  @Test func refusesIntegersAsFloats() throws {
    let header = #"{"t":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}"#
    let file = try Safetensors(bytes: Safetensors.file(header: header, data: [1, 2, 3, 4]))
    #expect(throws: SafetensorsError.notFloatingPoint(tensor: "t", type: .int32)) {
      try file.floats("t")
    }
    #expect(throws: SafetensorsError.missingTensor("u")) { try file.floats("u") }
  }

  @Test func refusesToWriteInconsistentTensors() {
    func write(_ tensors: [Safetensors.FloatTensor]) throws {
      _ = try Safetensors(tensors: tensors)
    }
    let one = Safetensors.FloatTensor(name: "t", shape: [1], elements: [1])
    #expect(throws: SafetensorsError.unusableName("t")) { try write([one, one]) }
    #expect(throws: SafetensorsError.unusableName("__metadata__")) {
      try write([.init(name: "__metadata__", shape: [1], elements: [1])])
    }
    #expect(throws: SafetensorsError.sizeMismatch(tensor: "t", expected: 8, found: 4)) {
      try write([.init(name: "t", shape: [2], elements: [1])])
    }
    #expect(throws: SafetensorsError.invalidShape(tensor: "t")) {
      try write([.init(name: "t", shape: [-1], elements: [])])
    }
  }
}
