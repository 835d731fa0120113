import Platform

/// One section of a model file, whatever it means.
package struct ModelSection: Equatable, Sendable {
  package let tag: SectionTag
  package let payload: SharedSlice<UInt8>
  /// Whether what would take long to check is taken to be right.
  let isTrusted: Bool

  package init(_ tag: SectionTag, _ payload: SharedSlice<UInt8>, isTrusted: Bool = false) {
    self.tag = tag
    self.payload = payload
    self.isTrusted = isTrusted
  }

  package init(_ tag: SectionTag, _ payload: [UInt8]) { self.init(tag, SharedSlice(payload)) }

  fileprivate var checksum: UInt64 { XXH64.hash(payload) }
}

/// The outside of a model file, version 2: sections, each with its checksum, and an id at the end.
/// docs/format.md has it byte by byte.
package struct ModelSections: Equatable, Sendable {
  package static let magic: [UInt8] = [0xF5, 0x46, 0x53, 0x4D]
  package static let version: UInt8 = 2
  /// Tag, size, and checksum.
  package static let headerByteCount = 16

  /// In ascending order of their tags.
  package let all: [ModelSection]
  package let id: ModelID

  /// Splits a file up, and checks every checksum.
  package init(bytes: [UInt8]) throws(ModelError) { try self.init(SharedSlice(bytes)) }

  /// Splits a file up. Payloads share the memory of `bytes`.
  ///
  /// - Parameter isTrusted: whether checksums and weights are taken to be right, as in the model that
  ///   is part of the program. They are not even read, then, before they are used.
  package init(_ bytes: SharedSlice<UInt8>, isTrusted: Bool = false) throws(ModelError) {
    let start = Self.magic.count + 1
    guard bytes.starts(with: Self.magic), bytes.count >= start else { throw .notAModel }
    let version = bytes[start - 1]
    guard version == Self.version else { throw .unsupportedVersion(Int(version)) }
    let end = bytes.count - ModelID.byteCount
    guard end >= start, let id = ModelID(bytes: bytes[end...]) else {
      throw .wrongSize(
        part: "the file", expected: start + ModelID.byteCount, actual: bytes.count)
    }
    var rest = SectionReader(bytes[start..<end], part: "the list of sections")
    var sections: [ModelSection] = []
    while !rest.isAtEnd { sections.append(try rest.section(isTrusted: isTrusted)) }
    guard isTrusted || XXH64.hash(bytes[..<end]) == id.rawValue else {
      throw .checksumMismatch(part: "the file")
    }
    for (section, next) in zip(sections, sections.dropFirst()) where section.tag > next.tag {
      throw .malformed("\(next.tag) after \(section.tag)")
    }
    self.id = id
    all = sections
  }

  /// The file of these sections, in the order given.
  package static func file(of sections: [ModelSection]) -> [UInt8] {
    var bytes = magic + [version]
    bytes.reserveCapacity(
      sections.reduce(bytes.count + ModelID.byteCount) {
        $0 + headerByteCount + $1.payload.count
      })
    for section in sections {
      bytes += section.tag.bytes
      bytes.append(littleEndian: UInt32(section.payload.count))
      bytes.append(littleEndian: section.checksum)
      bytes += section.payload
    }
    bytes.append(littleEndian: bytes.withUnsafeBytes { XXH64.hash($0) })
    return bytes
  }
}

extension SectionReader {
  /// Takes a section with its header.
  fileprivate mutating func section(isTrusted: Bool) throws(ModelError) -> ModelSection {
    guard let tag = SectionTag(bytes: try take(4)) else {
      throw .malformed("a section's tag is not made of letters")
    }
    let byteCount = Int(try integer(UInt32.self))
    let checksum = try integer(UInt64.self)
    guard byteCount <= remainingByteCount else {
      throw .wrongSize(part: "\(tag)", expected: byteCount, actual: remainingByteCount)
    }
    let section = ModelSection(tag, try take(byteCount), isTrusted: isTrusted)
    guard isTrusted || section.checksum == checksum else { throw .checksumMismatch(part: "\(tag)") }
    return section
  }
}

extension XXH64 {
  fileprivate static func hash(_ bytes: SharedSlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { hash($0) }
  }
}
