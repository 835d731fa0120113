/// What precedes the payload of a block.
package struct BlockHeader: Equatable, Sendable {
  package enum Method: Equatable, Sendable {
    /// The payload is the plain bytes.
    case stored
    /// The payload is arithmetic code, `lanes` (a power of two, 1 ... 256) coded side by side.
    case network(lanes: Int)
  }

  private static let storedTag: UInt8 = 1
  private static let networkTag: UInt8 = 2
  /// Tag, two varints of up to 4 bytes, check of the content, check of the header.
  package static let maximumByteCount = 1 + 4 + 4 + 4 + 2

  package var method: Method
  /// Bytes, 1 ... `BlockLimits.maximumPlainSize`.
  package var plainSize: Int
  /// Bytes; equals `plainSize` when stored and is smaller otherwise.
  package var payloadSize: Int
  /// The check32 of the plain bytes.
  package var contentCheck: UInt32

  package init(method: Method, plainSize: Int, payloadSize: Int, contentCheck: UInt32) {
    self.method = method
    self.plainSize = plainSize
    self.payloadSize = payloadSize
    self.contentCheck = contentCheck
  }

  package var lanes: Int {
    switch method {
    case .stored: 1
    case .network(let lanes): lanes
    }
  }

  package var byteCount: Int {
    let sizes = Varint.byteCount(of: plainSize)
    return method == .stored ? 7 + sizes : 7 + sizes + Varint.byteCount(of: payloadSize)
  }

  /// Bytes of header and payload together.
  package var codedSize: Int { byteCount + payloadSize }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    switch method {
    case .stored:
      bytes.append(Self.storedTag)
      Varint.append(plainSize, to: &bytes)
    case .network(let lanes):
      bytes.append(Self.networkTag | UInt8(lanes.trailingZeroBitCount) << 4)
      Varint.append(plainSize, to: &bytes)
      Varint.append(payloadSize, to: &bytes)
    }
    bytes.appendLittleEndian(contentCheck)
    bytes.appendLittleEndian(Checksum.check16(bytes.span))
    return bytes
  }

  package static func parse(_ bytes: Span<UInt8>) -> Parsed<BlockHeader> {
    guard bytes.count > 0 else { return .incomplete }
    let method: Method
    switch (bytes[0] & 0x0F, bytes[0] >> 4) {
    case (storedTag, 0): method = .stored
    case (networkTag, let log) where log <= 8: method = .network(lanes: 1 << log)
    default: return .invalid(.blockHeaderDamaged)
    }
    var offset = 1
    var plainSize = 0
    switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
    case .value(let value, let count) where value > 0: (plainSize, offset) = (value, offset + count)
    case .incomplete: return .incomplete
    default: return .invalid(.blockHeaderDamaged)
    }
    var payloadSize = plainSize
    if case .network(let lanes) = method {
      switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
      case .value(let value, let count) where value < plainSize && lanes <= plainSize:
        (payloadSize, offset) = (value, offset + count)
      case .incomplete: return .incomplete
      default: return .invalid(.blockHeaderDamaged)
      }
    }
    guard bytes.count >= offset + 6 else { return .incomplete }
    let check: UInt16 = bytes.littleEndian(at: offset + 4)
    guard Checksum.check16(bytes.extracting(0..<offset + 4)) == check else {
      return .invalid(.blockHeaderDamaged)
    }
    let header = BlockHeader(
      method: method, plainSize: plainSize, payloadSize: payloadSize,
      contentCheck: bytes.littleEndian(at: offset))
    return .value(header, byteCount: offset + 6)
  }
}
