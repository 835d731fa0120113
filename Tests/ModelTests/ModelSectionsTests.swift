import Model
import Testing
import TestSupport

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
    let bytes = try SampleModel.file(networks: 2).serialized()
    let sections = try ModelSections(bytes: bytes).all
    #expect(sections.map { "\($0.tag)" } == ["META", "MIXB", "MIXB", "NETW", "NETW"])
    #expect(ModelSections.file(of: sections) == bytes)
  }

  /// With a `ModelError`, as nothing else can be thrown.
  private func isRefused(_ bytes: [UInt8]) -> Bool {
    do throws(ModelError) {
      _ = try ModelFile(bytes: bytes)
      return false
    } catch {
      return true
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try file()
    for count in bytes.indices where !isRefused(Array(bytes.prefix(count))) {
      Issue.record("\(count) bytes")
    }
    #expect(isRefused(bytes + [0]))
    #expect(!isRefused(bytes))
  }

  @Test(arguments: [(networks: 0, step: 1), (networks: 1, step: 97)])
  func everyFlippedBitIsNoticed(networks: Int, step: Int) throws {
    let bytes = try SampleModel.file(networks: networks, hasDictionary: true).serialized()
    for index in stride(from: 0, to: bytes.count, by: step) {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        if !isRefused(damaged) { Issue.record("bit \(bit) of byte \(index)") }
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
    let sections = try ModelSections(
      bytes: SampleModel.file(networks: 2, hasDictionary: true).serialized()
    ).all
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
    #expect(throws: ModelError.self) { try SampleModel.file(networks: 9) }
    let network = try #require(sections.last)
    #expect(throws: ModelError.self) {
      try ModelFile(bytes: ModelSections.file(of: sections + Array(repeating: network, count: 8)))
    }
  }

  /// Content that someone has made up, with all checks right: it is refused, or it is the one form
  /// of what it says.
  @Test func whatIsAcceptedIsWrittenInTheSameWay() throws {
    let sections = try ModelSections(
      bytes: SampleModel.file(networks: 2, hasDictionary: true).serialized()
    ).all
    var random = SplitMix64(seed: 1)
    var accepted = 0
    for _ in 0..<3000 {
      var changed = sections
      let index = random.next(in: 0...sections.count - 1)
      changed[index] = sections[index].changing { bytes in
        for _ in 0...random.next(in: 0...2) {
          // Near the beginning, where the sizes are, as a rule.
          let most = random.next(in: 0...3) == 0 ? bytes.count - 1 : min(bytes.count - 1, 20)
          bytes[random.next(in: 0...most)] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      let bytes = ModelSections.file(of: changed)
      guard let file = try? ModelFile(bytes: bytes) else { continue }
      accepted += 1
      #expect(file.serialized() == bytes)
    }
    #expect((100...2900).contains(accepted))
  }

  @Test func tagsAreFourLetters() {
    for bytes in ["ABC", "ABCDE", "AB1D", "AB D", "ÄBC"] {
      #expect(SectionTag(bytes: Array(bytes.utf8)) == nil)
    }
    #expect(SectionTag(bytes: Array("META".utf8)) == .metadata)
  }
}
