import Prediction
import Testing

@Suite struct ModelFileTests {
  private func file() throws -> ModelFile {
    ModelFile(
      name: "tiny", provenance: "random numbers",
      network: try .random(fastCells: 3, fastUnits: 16, slowUnits: 16, seed: 1))
  }

  /// `bytes` with a right checksum.
  private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    let body = bytes.dropLast(8)
    let sum = ModelFile.checksum(body)
    return body + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt64($0))) }
  }

  @Test func readsWhatItWrote() throws {
    let file = try file()
    #expect(try ModelFile(bytes: file.serialized()) == file)
    let model = try Model(bytes: file.serialized())
    #expect(model.name == "tiny")
    #expect(model.provenance == "random numbers")
    #expect(model.byteCount == file.serialized().count)
    #expect(model.id.description.count == 16)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try file().serialized()
    for count in Array(0..<64) + stride(from: 64, to: bytes.count, by: 97) {
      #expect(throws: ModelError.self) { try ModelFile(bytes: Array(bytes.prefix(count))) }
    }
    #expect(throws: ModelError.self) { try ModelFile(bytes: bytes + [0]) }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let bytes = try file().serialized()
    for index in Array(0..<40) + stride(from: 40, to: bytes.count, by: 211) {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        #expect(throws: ModelError.self) { try ModelFile(bytes: damaged) }
      }
    }
  }

  @Test func hugeSizesCostNothing() throws {
    var bytes = try file().serialized()
    (bytes[6], bytes[7], bytes[8], bytes[9]) = (0x00, 0x10, 0x00, 0x10)  // F = S = 4096
    #expect(throws: ModelError.self) { try ModelFile(bytes: sealed(bytes)) }
    (bytes[6], bytes[7]) = (0xFF, 0xFF)
    #expect(throws: ModelError.self) { try ModelFile(bytes: sealed(bytes)) }
  }

  @Test func numbersOutOfRangeAreRefused() throws {
    var network = try file().network
    network.cells[0].matrix.weights[5] = -128
    #expect(throws: ModelError.valueOutOfRange("weight of cell 1")) { try network.model() }
    network = try file().network
    network.cells[1].matrix.multipliers[3] = -1
    #expect(throws: ModelError.valueOutOfRange("multiplier of cell 2")) { try network.model() }
    network = try file().network
    network.cells[2].cellEpsilon = 0
    #expect(throws: ModelError.valueOutOfRange("epsilon of cell 3")) { try network.model() }
    network = try file().network
    network.cells[2].gateEpsilons[3] = 1 << 30 + 1
    #expect(throws: ModelError.valueOutOfRange("epsilon of cell 3")) { try network.model() }
    network = try file().network
    network.output.shift = 16
    #expect(throws: ModelError.valueOutOfRange("shift of output")) { try network.model() }
  }

  @Test func shapesAreChecked() {
    for (k, f, s) in [(1, 16, 16), (17, 16, 16), (2, 0, 16), (2, 24, 16), (2, 16, 4112)] {
      #expect(throws: ModelError.self) {
        try ModelShape(fastCells: k, fastUnits: f, slowUnits: s)
      }
    }
  }

  @Test func countsParametersAndMultiplyAdds() throws {
    let shape = try ModelShape(fastCells: 2, fastUnits: 256, slowUnits: 384)
    #expect(shape.parameterCount == 2_237_440)
    #expect(shape.multiplyAddsPerByte == 1_966_080)
  }

  @Test func longTextsLoseTheirEnds() throws {
    var file = try file()
    file.name = String(repeating: "é", count: 200)
    #expect(try ModelFile(bytes: file.serialized()).name == String(repeating: "é", count: 127))
  }
}
