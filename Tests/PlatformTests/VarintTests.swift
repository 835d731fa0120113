import Platform
import Testing

@Suite struct VarintTests {
  @Test(arguments: [
    (0, [0x00]), (1, [0x01]), (127, [0x7F]), (128, [0x80, 0x01]), (300, [0xAC, 0x02]),
    (16_383, [0xFF, 0x7F]), (16_384, [0x80, 0x80, 0x01]),
    (1 << 28 - 1, [0xFF, 0xFF, 0xFF, 0x7F]), (1 << 28, [0x80, 0x80, 0x80, 0x80, 0x01]),
    (1 << 56 - 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
  ] as [(Int, [UInt8])])
  func golden(value: Int, bytes: [UInt8]) {
    var encoded: [UInt8] = []
    Varint.append(value, to: &encoded)
    #expect(encoded == bytes)
    #expect(Varint.byteCount(of: value) == bytes.count)
    let padded = [0xFF] + bytes + [0xFF]
    #expect(
      Varint.parse(padded.span, at: 1, maximumByteCount: bytes.count)
        == .value(value, byteCount: bytes.count))
    for length in 0..<bytes.count {
      let shortened = Array(bytes.prefix(length))
      #expect(Varint.parse(shortened.span, at: 0, maximumByteCount: bytes.count) == .incomplete)
      if length > 0 {
        #expect(Varint.parse(bytes.span, at: 0, maximumByteCount: length) == .invalid)
      }
    }
  }

  @Test(arguments: [[0x80, 0x00], [0xFF, 0x80, 0x00], [0x81, 0x80, 0x80, 0x00]] as [[UInt8]])
  func longerFormsAreInvalid(bytes: [UInt8]) {
    #expect(Varint.parse(bytes.span, at: 0, maximumByteCount: 4) == .invalid)
  }
}
