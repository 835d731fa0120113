import ContextMixing
import FSComp
import Testing

/// The comparable part of a parser's answer.
enum Answer<Value: Equatable>: Equatable {
  case value(Value, Int)
  case incomplete
  case invalid(ArchiveError.Kind)

  init(_ parsed: Parsed<Value>) {
    switch parsed {
    case .value(let value, let byteCount): self = .value(value, byteCount)
    case .incomplete: self = .incomplete
    case .invalid(let kind): self = .invalid(kind)
    }
  }
}

@Suite struct FrameHeaderTests {
  private let header = FrameHeader(
    isSingle: true, modelID: ModelID(rawValue: 0x0123_4567_89AB_CDEF))
  private let bytes: [UInt8] = [
    0xF5, 0x46, 0x53, 0x43, 0x11, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01, 0x58, 0xBF,
  ]

  /// With the check that belongs to the first 13 bytes.
  private func checked(_ bytes: [UInt8]) -> [UInt8] {
    var checked = Array(bytes.prefix(13))
    checked.appendLittleEndian(Checksum.check16(checked.span))
    return checked
  }

  private func parse(_ bytes: [UInt8]) -> Answer<FrameHeader> {
    Answer(FrameHeader.parse(bytes.span))
  }

  @Test func golden() {
    #expect(header.encoded == bytes)
    #expect(parse(bytes) == .value(header, 15))
    #expect(parse(bytes + [1, 2, 3]) == .value(header, 15))
  }

  @Test func needsAllBytes() {
    for length in 0..<15 { #expect(parse(Array(bytes.prefix(length))) == .incomplete) }
  }

  @Test func flippedBits() {
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        #expect(parse(flipped) == .invalid(index < 4 ? .notAnArchive : .frameHeaderDamaged))
        if index < 4 {
          // Known as soon as the byte is there.
          #expect(parse(Array(flipped.prefix(index + 1))) == .invalid(.notAnArchive))
        }
      }
    }
  }

  @Test func otherVersionsAndFlags() {
    var later = bytes
    later[4] = 0x20
    #expect(parse(checked(later)) == .invalid(.unsupportedVersion(2)))
    for flags: UInt8 in 2..<16 {
      var other = bytes
      other[4] = 0x10 | flags
      let lines = FrameHeader(isSingle: false, countsLines: true, modelID: header.modelID)
      #expect(parse(checked(other)) == (flags == 2 ? .value(lines, 15) : .invalid(.reservedFlags)))
      if flags == 2 { #expect(lines.encoded == checked(other)) }
    }
  }
}

@Suite struct BlockHeaderTests {
  private func parse(_ bytes: [UInt8]) -> Answer<BlockHeader> {
    Answer(BlockHeader.parse(bytes.span))
  }

  /// With the check that belongs to them.
  private func checked(_ bytes: [UInt8]) -> [UInt8] {
    var checked = bytes
    checked.appendLittleEndian(Checksum.check16(checked.span))
    return checked
  }

  private static let examples: [(BlockHeader, [UInt8])] = [
    (
      BlockHeader(method: .stored, plainSize: 5, payloadSize: 5, contentCheck: 0x0403_0201),
      [0x01, 0x05, 0x01, 0x02, 0x03, 0x04, 0x99, 0xD5]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 256, mix: Mix(.standard, usesNetwork: true)),
        plainSize: BlockLimits.maximumPlainSize, payloadSize: BlockLimits.maximumPlainSize - 1,
        contentCheck: 0),
      [
        0x82, 0x12, 0xFF, 0xFF, 0xFF, 0x7F, 0xFE, 0xFF, 0xFF, 0x7F, 0x00, 0x00, 0x00, 0x00, 0x7C,
        0x37,
      ]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 1, mix: Mix(.full, usesNetwork: true)), plainSize: 1,
        payloadSize: 0, contentCheck: 7),
      [0x02, 0x13, 0x01, 0x00, 0x07, 0x00, 0x00, 0x00, 0x1A, 0x57]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 16, mix: Mix(.standard, usesNetwork: true)), plainSize: 1 << 20,
        payloadSize: 300, contentCheck: 0xFFEE_DDCC),
      [0x42, 0x12, 0x80, 0x80, 0x40, 0xAC, 0x02, 0xCC, 0xDD, 0xEE, 0xFF, 0xDB, 0xBF]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 1, mix: Mix(.full, usesNetwork: false)), plainSize: 7,
        payloadSize: 5, contentCheck: 0x0403_0201),
      [0x02, 0x03, 0x07, 0x05, 0x01, 0x02, 0x03, 0x04, 0x24, 0xF9]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 1, mix: Mix(.standard, usesNetwork: false, isCoded: true)),
        plainSize: 2048, textSize: 1200, payloadSize: 300, contentCheck: 0x0403_0201),
      [
        0x02, 0x22, 0x80, 0x10, 0xB0, 0x09, 0xAC, 0x02, 0x01, 0x02, 0x03, 0x04, 0xBB, 0xFF,
      ]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 1, mix: Mix(.standard, usesNetwork: false)), plainSize: 2048,
        restSize: 1200, payloadSize: 300, contentCheck: 0x0403_0201),
      [
        0x02, 0x42, 0x80, 0x10, 0xB0, 0x09, 0xAC, 0x02, 0x01, 0x02, 0x03, 0x04, 0x95, 0x57,
      ]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 1, mix: Mix(.standard, usesNetwork: false, isCoded: true)),
        plainSize: 2048, restSize: 1200, textSize: 400, payloadSize: 300, contentCheck: 0x0403_0201),
      [
        0x02, 0x62, 0x80, 0x10, 0xB0, 0x09, 0x90, 0x03, 0xAC, 0x02, 0x01, 0x02, 0x03, 0x04, 0x33,
        0x14,
      ]
    ),
    (
      BlockHeader(
        method: .mixed(lanes: 1, mix: Mix(.standard, usesNetwork: false)),
        plainSize: BlockLimits.maximumPlainSize, restSize: 1, payloadSize: 5, contentCheck: 0),
      [0x02, 0x42, 0xFF, 0xFF, 0xFF, 0x7F, 0x01, 0x05, 0x00, 0x00, 0x00, 0x00, 0x7B, 0x92]
    ),
  ]

  @Test(arguments: examples)
  func golden(header: BlockHeader, bytes: [UInt8]) {
    #expect(header.encoded == bytes)
    #expect(header.byteCount == bytes.count)
    #expect(header.codedSize == bytes.count + header.payloadSize)
    #expect(parse(bytes) == .value(header, bytes.count))
    #expect(parse(bytes + [9, 9]) == .value(header, bytes.count))
    for length in bytes.indices { #expect(parse(Array(bytes.prefix(length))) == .incomplete) }
  }

  @Test(arguments: examples)
  func flippedBits(header: BlockHeader, bytes: [UInt8]) {
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes + [UInt8](repeating: 0, count: 8)
        flipped[index] ^= 1 << bit
        #expect(parse(flipped) == .invalid(.blockHeaderDamaged))
      }
    }
  }

  @Test(arguments: [
    [0x00, 0x05, 0, 0, 0, 0],  // no method 0 ...
    [0x04, 0x05, 0, 0, 0, 0],  // ... nor 4
    [0x02, 0x00, 0x07, 0x05, 0, 0, 0, 0],  // no set of contexts 0 ...
    [0x02, 0x14, 0x07, 0x05, 0, 0, 0, 0],  // ... nor 4
    [0x02, 0x81, 0x07, 0x05, 0, 0, 0, 0],  // an unknown flag
    [0x92, 0x11, 0x90, 0x08, 0x05, 0, 0, 0, 0],  // 512 lanes
    [0x42, 0x11, 0x0F, 0x05, 0, 0, 0, 0],  // more lanes than bytes
    [0x02, 0x21, 0x07, 0x00, 0x05, 0, 0, 0, 0],  // no coded text
    [0x02, 0x21, 0x07, 0x07, 0x05, 0, 0, 0, 0],  // coded text that is not shorter
    [0x02, 0x21, 0x07, 0x83, 0x00, 0x05, 0, 0, 0, 0],  // its size in a longer form
    [0x42, 0x21, 0x20, 0x0F, 0x05, 0, 0, 0, 0],  // more lanes than bytes of coded text
    [0x02, 0x41, 0x07, 0x00, 0x05, 0, 0, 0, 0],  // no rest
    [0x02, 0x41, 0x07, 0x07, 0x05, 0, 0, 0, 0],  // no repeats
    [0x02, 0x41, 0x07, 0x83, 0x00, 0x05, 0, 0, 0, 0],  // the size of the rest in a longer form
    [0x02, 0x61, 0x07, 0x05, 0x05, 0x05, 0, 0, 0, 0],  // coded text as large as the rest
    [0x42, 0x41, 0x20, 0x0F, 0x05, 0, 0, 0, 0],  // more lanes than bytes of the rest
    [0x02, 0x41, 0x07, 0x05, 0x07, 0, 0, 0, 0],  // coded, though nothing is saved
    [0x02, 0x41, 0x80, 0x80, 0x80, 0x02, 0x81, 0x80, 0x40, 0x00, 0, 0, 0, 0],  // too many
    [0x11, 0x05, 0, 0, 0, 0],  // stored in 2 lanes
    [0x01, 0x00, 0, 0, 0, 0],  // no plain bytes
    [0x01, 0x85, 0x00, 0, 0, 0, 0],  // a size in a longer form
    [0x01, 0x80, 0x80, 0x80, 0x80, 0x01, 0, 0, 0, 0],  // 2^28 plain bytes
    [0x02, 0x11, 0x05, 0x05, 0, 0, 0, 0],  // coded, though nothing is saved
  ] as [[UInt8]])
  func invalid(bytes: [UInt8]) {
    #expect(parse(checked(bytes)) == .invalid(.blockHeaderDamaged))
  }
}
