import Model
import TestSupport
import Testing

@Suite struct PriorSectionTests {
  private func file(_ prior: PriorTable?, networks: Int = 0) throws -> ModelFile {
    let other = try SampleModel.file(networks: networks)
    return try ModelFile(
      dictionary: .small(), metadata: other.metadata, networks: other.networks,
      beginnings: other.beginnings, prior: prior)
  }

  private func small() throws -> PriorTable { try .random(lineCount: 2, seed: 1) }

  private func sections(_ file: ModelFile) throws -> [ModelSection] {
    try ModelSections(bytes: file.serialized()).all
  }

  @Test(arguments: [1, 2, 100])
  func readsWhatItWrote(lineCount: Int) throws {
    let prior = try PriorTable.random(lineCount: lineCount, seed: 7)
    #expect(prior.lineCount == lineCount)
    #expect(prior.section.payload == prior.lines)
    #expect(try PriorTable(prior.section) == prior)
    let file = try file(prior)
    let again = try ModelFile(bytes: file.serialized())
    #expect(again == file)
    #expect(again.prior == prior)
  }

  @Test func itIsTheLastSection() throws {
    let sections = try sections(file(small(), networks: 1))
    #expect(sections.map { "\($0.tag)" } == ["DICT", "META", "MIXB", "MIXB", "NETW", "PRIO"])
    for index in sections.indices.dropLast() {
      var moved = sections
      moved.swapAt(index, sections.count - 1)
      #expect(throws: ModelError.self, "\(index)") {
        try ModelFile(bytes: ModelSections.file(of: moved))
      }
    }
  }

  @Test(arguments: [0, 1, 63, 65, 127, 64 * 3 - 1])
  func itIsMadeOfWholeLines(byteCount: Int) throws {
    let bytes = [UInt8](repeating: 1, count: byteCount)
    #expect(throws: ModelError.valueOutOfRange("size of PRIO")) {
      try PriorTable(lines: bytes[...])
    }
    #expect(throws: ModelError.valueOutOfRange("size of PRIO")) {
      try PriorTable(ModelSection(.prior, bytes))
    }
    var sections = try sections(file(small()))
    sections[sections.count - 1] = ModelSection(.prior, bytes)
    #expect(throws: ModelError.self) { try ModelFile(bytes: ModelSections.file(of: sections)) }
  }

  @Test func itIsOfNoUseWithoutADictionary() throws {
    let file = try file(small())
    #expect(throws: ModelError.malformed("PRIO without DICT")) {
      try ModelFile(
        metadata: file.metadata, networks: [], beginnings: file.beginnings, prior: file.prior)
    }
    let others = try sections(file).filter { $0.tag != .dictionary }
    #expect(throws: ModelError.malformed("PRIO without DICT")) {
      try ModelFile(bytes: ModelSections.file(of: others))
    }
  }

  @Test func itIsThereOnce() throws {
    let sections = try sections(file(small()))
    let twice = sections + [try #require(sections.last)]
    #expect(throws: ModelError.malformed("PRIO is there twice")) {
      try ModelFile(bytes: ModelSections.file(of: twice))
    }
  }

  @Test func everyTruncationAndEveryFlippedBitAreNoticed() throws {
    let bytes = try file(small()).serialized()
    #expect(throws: Never.self) { try ModelFile(bytes: bytes) }
    let first = bytes.count - 8 - 128 - 16
    #expect(Array(bytes[first..<first + 4]) == Array("PRIO".utf8))
    for count in bytes.indices {
      #expect(throws: ModelError.self, "\(count)") {
        try ModelFile(bytes: Array(bytes.prefix(count)))
      }
    }
    for index in first..<bytes.count {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        #expect(throws: ModelError.self, "bit \(bit) of byte \(index)") {
          try ModelFile(bytes: damaged)
        }
      }
    }
  }

  @Test func anEnsembleHasThatOfTheFirst() throws {
    let (one, two) = (try file(small(), networks: 1), try file(nil, networks: 2))
    let metadata = ModelMetadata(name: "joined")
    #expect(try ModelFile(joining: [one, two], metadata: metadata).prior == one.prior)
    #expect(try ModelFile(joining: [two, one], metadata: metadata).prior == nil)
  }

  @Test func entriesAreWhatTheBytesSay() throws {
    // Of check 0xABC the byte 0x5D, 9 times; then a place without an entry, then another one.
    var line = [UInt8](repeating: 0, count: 64)
    line[0] = 0xBC
    line[1] = 0xDA
    line[2] = 0x95
    line[6...8] = [0xFF, 0xFF, 0xFF]
    line[60...62] = [0xBC, 0x0A, 0x10]
    let table = try PriorTable(lines: ([UInt8](repeating: 0, count: 64) + line)[...])
    let entries = [
      PriorTable.Entry(check: 0xABC, byte: 0x5D, count: 9),
      PriorTable.Entry(check: 0xFFF, byte: 0xFF, count: 15),
      PriorTable.Entry(check: 0xABC, byte: 0, count: 1),
    ]
    #expect(table.entries(ofLine: 0).isEmpty)
    #expect(table.entries(ofLine: 1) == entries)
    #expect(entries[0].bytes == [0xBC, 0xDA, 0x95])
    #expect(entries[2].bytes == [0xBC, 0x0A, 0x10])
    #expect(table.contextCount == 2)
  }
}
