import Model

/// The 15 bytes that open a frame.
package struct FrameHeader: Equatable, Sendable {
  package static let magic: [UInt8] = [0xF5, 0x46, 0x53, 0x43]
  package static let byteCount = 15
  package static let version = 1
  private static let singleFlag: UInt8 = 1

  /// Exactly one block follows and ends the frame; there is no index.
  package var isSingle: Bool
  /// The model that all network blocks of the frame were coded with.
  package var modelID: ModelID

  package init(isSingle: Bool, modelID: ModelID) {
    self.isSingle = isSingle
    self.modelID = modelID
  }

  package var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(UInt8(Self.version) << 4 | (isSingle ? Self.singleFlag : 0))
    bytes.appendLittleEndian(modelID.rawValue)
    bytes.appendLittleEndian(Checksum.check16(bytes.span))
    return bytes
  }

  package static func parse(_ bytes: Span<UInt8>) -> Parsed<FrameHeader> {
    for index in 0..<min(bytes.count, magic.count) where bytes[index] != magic[index] {
      return .invalid(.notAnArchive)
    }
    guard bytes.count >= byteCount else { return .incomplete }
    let check: UInt16 = bytes.littleEndian(at: 13)
    // The check comes first: it is the same in all versions, and a flipped bit must not pass for
    // a version that is merely too new.
    guard Checksum.check16(bytes.extracting(0..<13)) == check else {
      return .invalid(.frameHeaderDamaged)
    }
    let descriptor = bytes[4]
    guard descriptor >> 4 == version else {
      return .invalid(.unsupportedVersion(Int(descriptor >> 4)))
    }
    guard descriptor & 0x0E == 0 else { return .invalid(.reservedFlags) }
    let header = FrameHeader(
      isSingle: descriptor & singleFlag != 0,
      modelID: ModelID(rawValue: bytes.littleEndian(at: 5)))
    return .value(header, byteCount: byteCount)
  }
}
