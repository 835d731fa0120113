import ContextMixing
import Platform

/// What precedes the payload of a block.
package struct BlockHeader: Equatable, Sendable {
  private static let storedTag: UInt8 = 1
  private static let mixedTag: UInt8 = 2
  /// In the byte that names the mix of a mixed block.
  private static let networkFlag: UInt8 = 0x10
  private static let textFlag: UInt8 = 0x20
  /// Tag, mix, three varints of up to 4 bytes, check of the content, check of the header.
  package static let maximumByteCount = 1 + 1 + 4 + 4 + 4 + 4 + 2

  package var method: BlockMethod
  /// Bytes, 1 ... `BlockLimits.maximumPlainSize`.
  package var plainSize: Int
  /// Bytes of coded text that the payload stands for; nil where it stands for the plain bytes
  /// themselves. At least 1 and smaller than `plainSize`; nil in a stored block.
  package var textSize: Int?
  /// Bytes; equals `plainSize` when stored and is smaller otherwise.
  package var payloadSize: Int
  /// The check32 of the plain bytes.
  package var contentCheck: UInt32

  package init(
    method: BlockMethod, plainSize: Int, textSize: Int? = nil, payloadSize: Int,
    contentCheck: UInt32
  ) {
    self.method = method
    self.plainSize = plainSize
    self.textSize = textSize
    self.payloadSize = payloadSize
    self.contentCheck = contentCheck
  }

  package var byteCount: Int {
    let sizes = Varint.byteCount(of: plainSize)
    let text = textSize.map(Varint.byteCount) ?? 0
    let payload = Varint.byteCount(of: payloadSize)
    return switch method {
    case .stored: 7 + sizes
    case .mixed: 8 + sizes + text + payload
    }
  }

  /// How many bytes the payload stands for: of coded text, or else plain ones.
  package var symbolCount: Int { textSize ?? plainSize }

  package var layout: LaneLayout { LaneLayout(byteCount: symbolCount, laneCount: method.lanes) }

  /// Bytes of header and payload together.
  package var codedSize: Int { byteCount + payloadSize }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    switch method {
    case .stored:
      bytes.append(Self.storedTag)
    case .mixed(let lanes, let mix):
      bytes.append(Self.mixedTag | UInt8(lanes.trailingZeroBitCount) << 4)
      bytes.append(
        mix.set.rawValue | (mix.usesNetwork ? Self.networkFlag : 0)
          | (textSize != nil ? Self.textFlag : 0))
    }
    Varint.append(plainSize, to: &bytes)
    if let textSize { Varint.append(textSize, to: &bytes) }
    if method != .stored { Varint.append(payloadSize, to: &bytes) }
    bytes.appendLittleEndian(contentCheck)
    bytes.appendLittleEndian(Checksum.check16(bytes.span))
    return bytes
  }

  package static func parse(_ bytes: Span<UInt8>) -> Parsed<BlockHeader> {
    let method: BlockMethod
    var offset: Int
    switch parseMethod(bytes) {
    case .value(let value, let count): (method, offset) = (value, count)
    case .incomplete: return .incomplete
    case .invalid(let kind): return .invalid(kind)
    }
    var plainSize = 0
    switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
    case .value(let value, let count) where value > 0: (plainSize, offset) = (value, offset + count)
    case .incomplete: return .incomplete
    default: return .invalid(.blockHeaderDamaged)
    }
    var textSize: Int?
    if method != .stored && bytes[1] & textFlag != 0 {
      switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
      case .value(let value, let count) where value > 0 && value < plainSize:
        (textSize, offset) = (value, offset + count)
      case .incomplete: return .incomplete
      default: return .invalid(.blockHeaderDamaged)
      }
    }
    var payloadSize = plainSize
    if method != .stored {
      switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
      case .value(let value, let count)
      where value < plainSize && method.lanes <= textSize ?? plainSize
        && textSize ?? plainSize <= BlockLimits.maximumSymbolCount(payloadSize: value):
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
      method: method, plainSize: plainSize, textSize: textSize, payloadSize: payloadSize,
      contentCheck: bytes.littleEndian(at: offset))
    return .value(header, byteCount: offset + 6)
  }

  private static func parseMethod(_ bytes: Span<UInt8>) -> Parsed<BlockMethod> {
    guard bytes.count > 0 else { return .incomplete }
    let log = Int(bytes[0] >> 4)
    guard log <= 8 else { return .invalid(.blockHeaderDamaged) }
    switch bytes[0] & 0x0F {
    case storedTag where log == 0:
      return .value(.stored, byteCount: 1)
    case mixedTag:
      guard bytes.count > 1 else { return .incomplete }
      guard let set = MixSet(rawValue: bytes[1] & ~(networkFlag | textFlag)) else {
        return .invalid(.blockHeaderDamaged)
      }
      let mix = Mix(
        set, usesNetwork: bytes[1] & networkFlag != 0, isCoded: bytes[1] & textFlag != 0)
      guard mix.isPossible else { return .invalid(.blockHeaderDamaged) }
      return .value(.mixed(lanes: 1 << log, mix: mix), byteCount: 2)
    default:
      return .invalid(.blockHeaderDamaged)
    }
  }
}
