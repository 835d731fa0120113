// A section DICT: the layout, how many words there are, and then all of them in the arithmetic
// code.
extension WordDictionary {
  private static let readByNetworksFlag: UInt8 = 1

  /// The words themselves are not looked at.
  package init(_ section: ModelSection) throws(ModelError) {
    var reader = SectionReader(section)
    let flags = try reader.integer(UInt8.self)
    guard flags & ~Self.readByNetworksFlag == 0 else { throw .valueOutOfRange("flags of DICT") }
    let layout = try CodeLayout(
      oneByteCodes: Int(try reader.integer(UInt8.self)),
      twoByteLeads: Int(try reader.integer(UInt8.self)))
    var counts: [Int] = []
    for _ in 0..<3 { counts.append(Int(try reader.integer(UInt32.self))) }
    try self.init(
      layout: layout, isReadByNetworks: flags & Self.readByNetworksFlag != 0, counts: counts,
      code: try reader.take(reader.remainingByteCount))
  }

  package var section: ModelSection {
    var bytes: [UInt8] = [
      isReadByNetworks ? Self.readByNetworksFlag : 0, UInt8(layout.oneByteCodes),
      UInt8(layout.twoByteLeads),
    ]
    for count in counts { bytes.append(littleEndian: UInt32(count)) }
    return ModelSection(.dictionary, bytes + code)
  }
}
