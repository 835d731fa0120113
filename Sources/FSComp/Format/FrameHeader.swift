import Model

/// The 15 bytes that open a frame.
package struct FrameHeader: Equatable, Sendable {
  package static let magic: [UInt8] = [0xF5, 0x46, 0x53, 0x43]
  package static let byteCount = 15
  package static let version = 1
  private static let singleFlag: UInt8 = 1
  private static let linesFlag: UInt8 = 2

  /// Exactly one block follows and ends the frame; there is no index.
  package var isSingle: Bool
  /// The index counts the lines of each block. Never of a frame without an index.
  package var countsLines: Bool
  /// The model that all network blocks of the frame were coded with.
  package var modelID: ModelID

  package init(isSingle: Bool, countsLines: Bool = false, modelID: ModelID) {
    self.isSingle = isSingle
    self.countsLines = countsLines
    self.modelID = modelID
  }

  package var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(UInt8(Self.version) << 4 | flags)
    bytes.appendLittleEndian(modelID.rawValue)
    bytes.appendLittleEndian(Checksum.check16(bytes.span))
    return bytes
  }

  private var flags: UInt8 {
    (isSingle ? Self.singleFlag : 0) | (countsLines ? Self.linesFlag : 0)
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
    let flags = descriptor & 0x0F
    guard flags & ~(singleFlag | linesFlag) == 0, flags != singleFlag | linesFlag else {
      return .invalid(.reservedFlags)
    }
    let header = FrameHeader(
      isSingle: flags & singleFlag != 0, countsLines: flags & linesFlag != 0,
      modelID: ModelID(rawValue: bytes.littleEndian(at: 5)))
    return .value(header, byteCount: byteCount)
  }
}
