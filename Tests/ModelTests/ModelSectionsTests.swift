import Model
import Testing

@Suite struct ModelSectionsTests {
  private func file() throws -> [UInt8] { try SampleModel.file().serialized() }

  private func tag(_ letters: String) throws -> SectionTag {
    try #require(SectionTag(bytes: Array(letters.utf8)))
  }

  @Test func theIdIsTheHashAtTheEnd() throws {
    let bytes = try file()
    let sections = try ModelSections(bytes: bytes)
    #expect(sections.id == ModelID(bytes: bytes.suffix(8)))
    #expect(sections.id.description.count == 16)
    // It is that of a whole file, and not only of what the sections say.
    #expect(try ModelSections(bytes: SampleModel.file(networks: 2).serialized()).id != sections.id)
  }

  /// That of docs/format.md.
  @Test func theSmallestModel() throws {
    let bytes: [UInt8] = [
      0xF5, 0x46, 0x53, 0x4D, 0x02, 0x4D, 0x45, 0x54, 0x41, 0x09, 0x00, 0x00,
      0x00, 0xDD, 0xE6, 0x2C, 0x7D, 0xDB, 0x25, 0x2B, 0x16, 0x01, 0x00, 0x61,
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x4B, 0xCA, 0xBD, 0xBB, 0x54, 0x47,
      0x98, 0x24,
    ]
    let file = try ModelFile(
      metadata: ModelMetadata(name: "a"), networks: [], beginnings: [])
    #expect(file.serialized() == bytes)
    #expect(try ModelFile(bytes: bytes) == file)
    #expect(try "\(ModelSections(bytes: bytes).id)" == "24984754bbbdca4b")
  }

  @Test func sectionsStandInTheOrderOfTheirTags() throws {
    let sections = try ModelSections(bytes: SampleModel.file(networks: 2).serialized())
    #expect(sections.all.map { "\($0.tag)" } == ["META", "MIXB", "MIXB", "NETW", "NETW"])
    #expect(ModelSections.file(of: sections.all) == (try SampleModel.file(networks: 2).serialized()))
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try file()
    for count in 0..<bytes.count where count < 2000 || count % 97 == 0 || bytes.count - count < 40 {
      #expect(throws: ModelError.self) { try ModelFile(bytes: Array(bytes.prefix(count))) }
    }
    #expect(throws: ModelError.self) { try ModelFile(bytes: bytes + [0]) }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let bytes = try file()
    for index in bytes.indices
    where index < 400 || index % 211 == 0 || bytes.count - index < 20 {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        #expect(throws: ModelError.self) { try ModelFile(bytes: damaged) }
      }
    }
  }

  @Test func errorsSayWhereTheDamageIs() throws {
    var bytes = try file()
    bytes[5 + 16 + 2] ^= 1
    #expect(throws: ModelError.checksumMismatch(part: "META")) { try ModelFile(bytes: bytes) }
    bytes = try file()
    bytes[bytes.count - 1] ^= 1
    #expect(throws: ModelError.checksumMismatch(part: "the file")) { try ModelFile(bytes: bytes) }
    bytes = try file()
    bytes[4] = 1
    #expect(throws: ModelError.unsupportedVersion(1)) { try ModelFile(bytes: bytes) }
    #expect(throws: ModelError.notAModel) { try ModelFile(bytes: Array("not a model".utf8)) }
  }

  @Test func hugeSizesCostNothing() throws {
    var bytes = try file()
    for index in 9..<13 { bytes[index] = 0xFF }
    #expect {
      try ModelFile(bytes: bytes)
    } throws: {
      guard case ModelError.wrongSize("META", expected: 0xFFFF_FFFF, _) = $0 else { return false }
      return true
    }
  }

  @Test func unknownSectionsAreRefusedUnlessTheyMayBeSkipped() throws {
    let sections = try ModelSections(bytes: file()).all
    func with(_ letters: String, at index: Int) throws -> [UInt8] {
      var all = sections
      all.insert(ModelSection(try tag(letters), [1, 2, 3]), at: index)
      return ModelSections.file(of: all)
    }
    #expect(throws: ModelError.unknownSection("NOTE")) {
      try ModelFile(bytes: with("NOTE", at: sections.count))
    }
    let skippable = try with("nOTE", at: sections.count)
    #expect(try ModelFile(bytes: skippable) == SampleModel.file())
    #expect(try ModelSections(bytes: skippable).id != ModelSections(bytes: file()).id)
    #expect(throws: ModelError.self) { try ModelFile(bytes: with("nOTE", at: 0)) }
  }

  @Test func thereIsOneOrderOnly() throws {
    let sections = try ModelSections(bytes: SampleModel.file(networks: 2).serialized()).all
    for index in sections.indices.dropLast() {
      var swapped = sections
      swapped.swapAt(index, index + 1)
      // Of networks the order is part of the content.
      if swapped[index].tag == .network { continue }
      #expect(throws: ModelError.self, "\(index)") {
        try ModelFile(bytes: ModelSections.file(of: swapped))
      }
    }
  }

  @Test func nothingIsThereTwiceOrMissing() throws {
    let sections = try ModelSections(bytes: file()).all
    for (index, section) in sections.enumerated() where section.tag != .network {
      var doubled = sections
      doubled.insert(section, at: index)
      #expect(throws: ModelError.self, "\(index)") {
        try ModelFile(bytes: ModelSections.file(of: doubled))
      }
    }
    #expect(throws: ModelError.self) {
      try ModelFile(bytes: ModelSections.file(of: Array(sections.dropFirst())))
    }
    #expect(throws: ModelError.self) { try SampleModel.file(networks: 4) }
    let network = try #require(sections.last)
    #expect(throws: ModelError.self) {
      try ModelFile(bytes: ModelSections.file(of: sections + [network, network, network]))
    }
  }

  @Test func tagsAreFourLetters() {
    for bytes in ["ABC", "ABCDE", "AB1D", "AB D", "ÄBC"] {
      #expect(SectionTag(bytes: Array(bytes.utf8)) == nil)
    }
    #expect(SectionTag(bytes: Array("META".utf8)) == .metadata)
  }
}
