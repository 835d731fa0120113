import ContextMixing
import Platform
import Testing

@Suite struct RecordDetectorTests {
  /// The lengths that a detector has found after each of the bytes.
  private static func lengths(_ bytes: [UInt8]) -> [Int] {
    let tables = OwnedBuffer<UInt32>(count: RecordDetector.tableCount)
    var detector = RecordDetector(tables: tables.base)
    return bytes.map { byte in
      detector.append(byte)
      return detector.length
    }
  }

  /// Records of which every fourth byte changes.
  private static func table(recordLength: Int, count: Int) -> [UInt8] {
    var generator = SplitMix(state: UInt64(recordLength))
    var record = (0..<recordLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return (0..<count).flatMap { _ -> [UInt8] in
      for i in stride(from: 0, to: recordLength, by: 4) {
        record[i] = UInt8.random(in: 0...255, using: &generator)
      }
      return record
    }
  }

  /// Rows of a bitmap, mostly white.
  private static func bitmap(rowLength: Int, count: Int) -> [UInt8] {
    var generator = SplitMix(state: 3)
    var row = [UInt8](repeating: 0, count: rowLength)
    return (0..<count).flatMap { _ -> [UInt8] in
      for _ in 0..<4 {
        let i = Int.random(in: 0..<rowLength, using: &generator)
        row[i] = row[i] == 0 ? UInt8.random(in: 1...255, using: &generator) : 0
      }
      return row
    }
  }

  /// Words of any letters, up to nine.
  static func prose(_ count: Int) -> [UInt8] {
    var generator = SplitMix(state: 5)
    var text: [UInt8] = []
    while text.count < count {
      for _ in 0..<Int.random(in: 1...9, using: &generator) {
        text.append(UInt8.random(in: 0x61...0x7A, using: &generator))
      }
      text.append(0x20)
    }
    return text
  }

  @Test(arguments: [5, 13, 24, 100, 216, 1000])
  func findsTheRecordsOfATable(length: Int) {
    let bytes = Self.table(recordLength: length, count: max(40_000 / length, 12))
    #expect(Self.lengths(bytes).last == length)
  }

  @Test func findsTheRowsOfABitmap() {
    #expect(Self.lengths(Self.bitmap(rowLength: 216, count: 100)).last == 216)
  }

  @Test func findsThemSoon() {
    let lengths = Self.lengths(Self.table(recordLength: 16, count: 40))
    #expect(lengths[510] == RecordDetector.defaultLength)
    #expect(lengths[511] == 16)
  }

  @Test func followsAChangeOfRecords() {
    let bytes =
      Self.table(recordLength: 20, count: 2000) + Self.table(recordLength: 36, count: 4000)
    let lengths = Self.lengths(bytes)
    #expect(lengths[39_999] == 20)
    #expect(lengths.last == 36)
  }

  @Test(arguments: [prose(60_000), Sample.random(60_000)])
  func findsNoneWhereThereAreNone(bytes: [UInt8]) {
    #expect(Self.lengths(bytes).allSatisfy { $0 == RecordDetector.defaultLength })
  }

  @Test func findsTheSameEachTime() {
    let bytes = Self.bitmap(rowLength: 77, count: 300) + Self.prose(5000)
    #expect(Self.lengths(bytes) == Self.lengths(bytes))
  }

  @Test func survivesBytesThatAreAllTheSame() {
    let lengths = Self.lengths([UInt8](repeating: 0, count: 100_000))
    #expect(lengths.allSatisfy { $0 == RecordDetector.defaultLength })
  }
}
