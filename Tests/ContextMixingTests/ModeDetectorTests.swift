import ContextMixing
import Platform
import Testing

@Suite struct ModeDetectorTests {
  private static func modes(_ bytes: [UInt8]) -> [ContentMode] {
    let tables = OwnedBuffer<UInt32>(count: RecordDetector.tableCount)
    var detector = ModeDetector(tables: tables.base)
    return bytes.map { byte in
      detector.append(byte)
      return detector.mode
    }
  }

  @Test(arguments: [
    "A line of plain text,\twith a tab.\r\n", "Zeile für Zeile: schöne Grüße.\n",
    "Строка за строкой, и ни одной похожей.\n", "一行又一行的文字，没有一行相同。\n", "\u{1B}[31mred\u{1B}[0m and \u{0C}\n",
  ])
  func textIsText(line: String) {
    let bytes = (0..<500).flatMap { [UInt8]("\($0 * 7919 % 1000) \(line)".utf8) }
    #expect(Self.modes(bytes).allSatisfy { $0 == .text })
  }

  @Test func anOlderEncodingIsText() {
    // Cyrillic letters of one byte each, in words of no fixed length.
    let bytes = RecordDetectorTests.prose(50_000).map { byte in
      byte >= 0x61 && byte <= 0x7A ? byte + 0x80 : byte
    }
    #expect(Self.modes(bytes).allSatisfy { $0 == .text })
  }

  @Test func numbersAreBinary() {
    let bytes = (0..<2000).flatMap { number -> [UInt8] in
      [UInt8(number & 255), UInt8(number >> 8), 0, 0]
    }
    #expect(Self.modes(bytes).dropFirst(100).allSatisfy { $0 == .binary })
  }

  @Test func randomBytesAreBinary() {
    let modes = Self.modes(Sample.random(20_000))
    #expect(modes.dropFirst(500).allSatisfy { $0 == .binary })
  }

  @Test func samplesWithoutControlCharactersAreBinaryOnceTheirRecordsAreFound() {
    var generator = SplitMix(state: 11)
    var row = (0..<100).map { _ in UInt8.random(in: 64...255, using: &generator) }
    let bytes = (0..<200).flatMap { _ -> [UInt8] in
      row[Int.random(in: 0..<100, using: &generator)] ^= 1
      return row
    }
    #expect(Self.modes(bytes)[400] == .text)
    #expect(Self.modes(bytes).dropFirst(5000).allSatisfy { $0 == .binary })
  }

  @Test func modesFollowTheData() {
    let text = Array(String(repeating: "and then it was text once more ", count: 60).utf8)
    let modes = Self.modes(text + Sample.random(2000) + text)
    #expect(modes[text.count - 1] == .text)
    #expect(modes[text.count + 1999] == .binary)
    #expect(modes.last == .text)
  }
}
