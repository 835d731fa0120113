import FSComp
import Platform
import Prediction
import Testing

/// The embedded model's main network against the float weights that it was made of.
@Suite struct FixedPointLossTests {
  /// Bytes of coded text and their code lengths in floating point.
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

  /// What each byte costs in fixed point.
  private static func fixedPoint() throws -> [Double] {
    let predictor = Predictor([try ModelStore.defaultModel.networks[0].prepared], lanes: 1)
    return reference.map { byte, _ in
      predictor.predict(active: 1)
      let tree = predictor.trees(lane: 0)
      defer { predictor.update(bytes: [byte]) }
      return log2(Double(tree[1]) / Double(tree[256 + Int(byte)]))
    }
  }

  /// Over a million bytes it is less (bench/fixed-point.sh). A thousand are more uneven.
  @Test func losesAtMostTwoHundredthsOfABit() throws {
    #expect(Self.reference.count == 1000)
    let losses = zip(try Self.fixedPoint(), Self.reference).map { $0 - $1.bits }
    #expect(abs(losses.reduce(0, +)) / 1000 < 0.02)
  }

  /// Byte by byte the two agree, too: errors do not merely cancel.
  @Test func followsTheFloatNetworkByteByByte() throws {
    let errors = zip(try Self.fixedPoint(), Self.reference).map { abs($0 - $1.bits) }.sorted()
    #expect(errors[errors.count / 2] < 0.02)
    #expect(errors[errors.count * 95 / 100] < 0.25)
  }
}
