import Benchmarking
import FSComp
import Platform
import Prediction
import Testing

/// The embedded model against the float weights that it was made of.
@Suite struct FixedPointLossTests {
  /// Bytes and their code lengths in floating point.
  private static let reference: [(byte: UInt8, bits: Double)] = {
    let path = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    guard let file = fopen(path + "/Fixtures/float-code-lengths.txt", "r") else { return [] }
    defer { fclose(file) }
    var lines: [(byte: UInt8, bits: Double)] = []
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let end = line.firstIndex { $0 == 10 || $0 == 0 } ?? 0
      let fields = String(decoding: line[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
        .split(separator: " ")
      if fields.count == 2, let byte = UInt8(fields[0]), let bits = Double(fields[1]) {
        lines.append((byte, bits))
      }
    }
    return lines
  }()

  /// Over a million bytes it is 0.0005 (bench/fixed-point.sh). A thousand are more uneven.
  @Test func losesAtMostTwoHundredthsOfABit() throws {
    let reference = Self.reference
    #expect(reference.count == 1000)
    let model = try ModelStore.defaultModel
    let fixed = try #require(idealCodeLength(of: reference.map(\.byte), lanes: 1, model: model))
    let float = reference.reduce(0) { $0 + $1.bits }
    #expect(fixed.bytes == 1000)
    #expect(abs(fixed.bits - float) / 1000 < 0.02)
  }

  /// Byte by byte the two agree, too: errors do not merely cancel.
  @Test func followsTheFloatNetworkByteByByte() throws {
    let predictor = Predictor([try ModelStore.defaultModel.networks[0]], lanes: 1)
    var errors: [Double] = []
    for (byte, bits) in Self.reference {
      predictor.predict(active: 1)
      let tree = predictor.trees(lane: 0)
      errors.append(abs(log2(Double(tree[1]) / Double(tree[256 + Int(byte)])) - bits))
      predictor.update(bytes: [byte])
    }
    errors.sort()
    #expect(errors[errors.count / 2] < 0.02)
    #expect(errors[errors.count * 95 / 100] < 0.25)
  }
}
