import FSComp
import Testing

@Suite struct FrameIndexTests {
  private let entries = [
    IndexEntry(plainSize: 1000, codedSize: 300, contentCheck: 0x0403_0201),
    IndexEntry(
      plainSize: BlockLimits.maximumPlainSize, codedSize: BlockLimits.maximumPlainSize + 11,
      contentCheck: 0x0807_0605),
    IndexEntry(plainSize: 1, codedSize: 9, contentCheck: 0),
  ]
  private let bytes: [UInt8] = [
    0x00, 0x03,
    0xE8, 0x07, 0xAC, 0x02, 0x01, 0x02, 0x03, 0x04,
    0xFF, 0xFF, 0xFF, 0x7F, 0x8A, 0x80, 0x80, 0x80, 0x01, 0x05, 0x06, 0x07, 0x08,
    0x01, 0x09, 0x00, 0x00, 0x00, 0x00,
    0x71, 0x91, 0x2B, 0xB5, 0x25, 0x00, 0x00, 0x00,
  ]

  private var index: FrameIndex {
    var index = FrameIndex()
    for entry in entries { index.append(entry) }
    return index
  }

  /// The same with counts of newlines.
  private let bytesWithLines: [UInt8] = [
    0x10, 0x03,
    0xE8, 0x07, 0xAC, 0x02, 0x01, 0x02, 0x03, 0x04,
    0xFF, 0xFF, 0xFF, 0x7F, 0x8A, 0x80, 0x80, 0x80, 0x01, 0x05, 0x06, 0x07, 0x08,
    0x01, 0x09, 0x00, 0x00, 0x00, 0x00,
    0x19, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00,
    0xAB, 0xCD, 0xEF, 0x01, 0x31, 0x00, 0x00, 0x00,
  ]

  private func withCheck(_ bytes: [UInt8]) -> [UInt8] {
    var checked = Array(bytes.dropLast(8))
    checked.appendLittleEndian(Checksum.check32(checked.span))
    return checked + bytes.suffix(4)
  }

  private func parse(_ bytes: [UInt8]) -> Answer<IndexContent> {
    Answer(FrameIndex.parse(bytes.span))
  }

  @Test func golden() {
    #expect(index.encoded == bytes)
    let content = IndexContent(entries: entries)
    #expect(parse(bytes) == .value(content, bytes.count))
    #expect(parse(bytes + [0xF5]) == .value(content, bytes.count))
    for length in bytes.indices { #expect(parse(Array(bytes.prefix(length))) == .incomplete) }
  }

  @Test func goldenWithLines() {
    let counts = [25, 65536, 1]
    var index = FrameIndex(countsLines: true)
    for (entry, count) in zip(entries, counts) { index.append(entry, newlines: count) }
    let bytes = index.encoded
    #expect(bytes == withCheck(bytesWithLines))
    #expect(parse(bytes) == .value(IndexContent(entries: entries, newlines: counts), bytes.count))
    for length in bytes.indices { #expect(parse(Array(bytes.prefix(length))) == .incomplete) }
    for position in bytes.indices {
      var flipped = bytes + [UInt8](repeating: 0, count: 64)
      flipped[position] ^= 0x40
      #expect(parse(flipped) == .invalid(.indexDamaged))
    }
    // No block has more newlines than bytes.
    var tooMany = bytes
    tooMany[bytes.count - 12] = 2
    #expect(parse(withCheck(tooMany)) == .invalid(.indexDamaged))
  }

  @Test func empty() {
    let bytes = FrameIndex().encoded
    #expect(bytes.count == 10 && bytes.starts(with: [0, 0]) && bytes.suffix(4) == [10, 0, 0, 0])
    #expect(parse(bytes) == .value(IndexContent(), 10))
    let counting = FrameIndex(countsLines: true).encoded
    #expect(counting.count == 10 && counting.starts(with: [0x10, 0]))
    #expect(parse(counting) == .value(IndexContent(newlines: []), 10))
  }

  @Test func flippedBits() {
    for position in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes + [UInt8](repeating: 0, count: 64)
        flipped[position] ^= 1 << bit
        #expect(parse(flipped) == .invalid(.indexDamaged))
      }
    }
  }

  @Test func positionsNameTheirBlock() {
    let blocks = bytes.indices.map { index.block(at: $0) }
    let expected: [Int?] =
      [nil, nil] + Array(repeating: 0, count: 8) + Array(repeating: 1, count: 13)
      + Array(repeating: 2, count: 6) + Array(repeating: nil, count: 8)
    #expect(blocks == expected)
  }

  @Test func aHugeCountIsNotBelieved() {
    let bytes: [UInt8] = [0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
    #expect(parse(bytes) == .incomplete)
    #expect(parse(bytes + [0x00]) == .invalid(.indexDamaged))
  }
}
