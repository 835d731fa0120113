// A section META: the texts, each after its size.
extension ModelMetadata {
  package init(_ section: ModelSection) throws(ModelError) {
    var reader = SectionReader(section)
    name = try reader.text("name", mostBytes: Self.mostBytesOfName)
    provenance = try reader.text("provenance", mostBytes: Self.mostBytes)
    trainingText = try reader.text("training text", mostBytes: Self.mostBytes)
    licence = try reader.text("licence", mostBytes: Self.mostBytes)
    try reader.expectRest(0)
  }

  package var section: ModelSection {
    var bytes: [UInt8] = []
    for text in [name, provenance, trainingText, licence] {
      bytes.append(littleEndian: UInt16(text.utf8.count))
      bytes += text.utf8
    }
    return ModelSection(.metadata, bytes)
  }
}

extension SectionReader {
  fileprivate mutating func text(
    _ name: String, mostBytes: Int
  ) throws(ModelError) -> String {
    let byteCount = Int(try integer(UInt16.self))
    guard byteCount <= mostBytes,
      let text = String(validating: try take(byteCount), as: UTF8.self),
      !text.unicodeScalars.contains(where: ModelMetadata.isControl)
    else { throw .valueOutOfRange(name) }
    return text
  }
}
