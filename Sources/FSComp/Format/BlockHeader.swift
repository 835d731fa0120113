import ContextMixing
import Platform

/// What precedes the payload of a block.
package struct BlockHeader: Equatable, Sendable {
  private static let storedTag: UInt8 = 1
  private static let mixedTag: UInt8 = 2
  /// In the byte that names the mix of a mixed block.
  private static let networkFlag: UInt8 = 0x10
  private static let textFlag: UInt8 = 0x20
  private static let repeatsFlag: UInt8 = 0x40
  /// Tag, mix, four varints of up to 4 bytes, check of the content, check of the header.
  package static let maximumByteCount = 1 + 1 + 4 * 4 + 4 + 2

  package var method: BlockMethod
  /// Bytes, 1 ... `BlockLimits.maximumPlainSize`.
  package var plainSize: Int
  /// Plain bytes that are left when the repeats are cut out, which the payload then has a list of; nil
  /// where it has none. At least 1 and smaller than `plainSize`; nil in a stored block.
  package var restSize: Int?
  /// Bytes of coded text that the payload stands for; nil where it stands for plain bytes themselves. At
  /// least 1 and smaller than `remainingSize`; nil in a stored block.
  package var textSize: Int?
  /// Bytes; equals `plainSize` when stored and is smaller otherwise.
  package var payloadSize: Int
  /// The check32 of the plain bytes.
  package var contentCheck: UInt32

  package init(
    method: BlockMethod, plainSize: Int, restSize: Int? = nil, textSize: Int? = nil,
    payloadSize: Int, contentCheck: UInt32
  ) {
    self.method = method
    self.plainSize = plainSize
    self.restSize = restSize
    self.textSize = textSize
    self.payloadSize = payloadSize
    self.contentCheck = contentCheck
  }

  package var byteCount: Int {
    let plain = Varint.byteCount(of: plainSize)
    let rest = restSize.map(Varint.byteCount) ?? 0
    let text = textSize.map(Varint.byteCount) ?? 0
    let payload = Varint.byteCount(of: payloadSize)
    return switch method {
    case .stored: 7 + plain
    case .mixed: 8 + plain + rest + text + payload
    }
  }

  /// Plain bytes in no repeat.
  package var remainingSize: Int { restSize ?? plainSize }

  /// Plain bytes in repeats.
  package var repeatedSize: Int { plainSize - remainingSize }

  /// How many bytes the arithmetic code of the payload stands for: of coded text, or else plain ones.
  package var symbolCount: Int { textSize ?? remainingSize }

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
          | (textSize != nil ? Self.textFlag : 0) | (restSize != nil ? Self.repeatsFlag : 0))
    }
    Varint.append(plainSize, to: &bytes)
    if let restSize { Varint.append(restSize, to: &bytes) }
    if let textSize { Varint.append(textSize, to: &bytes) }
    if method != .stored { Varint.append(payloadSize, to: &bytes) }
    bytes.appendLittleEndian(contentCheck)
    bytes.appendLittleEndian(Checksum.check16(bytes.span))
    return bytes
  }

  package static func parse(_ bytes: Span<UInt8>) -> Parsed<BlockHeader> {
    do throws(Flaw) {
      let (header, byteCount) = try read(bytes)
      return .value(header, byteCount: byteCount)
    } catch {
      return error == .incomplete ? .incomplete : .invalid(.blockHeaderDamaged)
    }
  }

  private enum Flaw: Error { case incomplete, damaged }

  private static func read(
    _ bytes: Span<UInt8>
  ) throws(Flaw) -> (header: BlockHeader, byteCount: Int) {
    let method = try readMethod(bytes)
    let isMixed = method != .stored
    let flags = isMixed ? bytes[1] : 0
    var offset = isMixed ? 2 : 1
    let plainSize = try readSize(
      bytes, &offset, atLeast: 1, below: BlockLimits.maximumPlainSize + 1)
    var header = BlockHeader(
      method: method, plainSize: plainSize, payloadSize: plainSize, contentCheck: 0)
    if flags & repeatsFlag != 0 {
      header.restSize = try readSize(bytes, &offset, atLeast: 1, below: plainSize)
    }
    if flags & textFlag != 0 {
      header.textSize = try readSize(bytes, &offset, atLeast: 1, below: header.remainingSize)
    }
    if isMixed {
      header.payloadSize = try readSize(bytes, &offset, atLeast: 0, below: plainSize)
      let most = BlockLimits.maximumSymbolCount(payloadSize: header.payloadSize)
      guard (method.lanes...most).contains(header.symbolCount) else { throw .damaged }
    }
    guard bytes.count >= offset + 6 else { throw .incomplete }
    header.contentCheck = bytes.littleEndian(at: offset)
    let check: UInt16 = bytes.littleEndian(at: offset + 4)
    guard Checksum.check16(bytes.extracting(0..<offset + 4)) == check else { throw .damaged }
    return (header, offset + 6)
  }

  private static func readSize(
    _ bytes: Span<UInt8>, _ offset: inout Int, atLeast least: Int, below limit: Int
  ) throws(Flaw) -> Int {
    switch Varint.parse(bytes, at: offset, maximumByteCount: 4) {
    case .value(let value, let byteCount):
      guard value >= least && value < limit else { throw .damaged }
      offset += byteCount
      return value
    case .incomplete: throw .incomplete
    case .invalid: throw .damaged
    }
  }

  private static func readMethod(_ bytes: Span<UInt8>) throws(Flaw) -> BlockMethod {
    guard bytes.count > 0 else { throw .incomplete }
    let log = Int(bytes[0] >> 4)
    guard log <= 8 else { throw .damaged }
    switch bytes[0] & 0x0F {
    case storedTag where log == 0: return .stored
    case mixedTag:
      guard bytes.count > 1 else { throw .incomplete }
      guard let set = MixSet(rawValue: bytes[1] & ~(networkFlag | textFlag | repeatsFlag)) else {
        throw .damaged
      }
      let mix = Mix(
        set, usesNetwork: bytes[1] & networkFlag != 0, isCoded: bytes[1] & textFlag != 0)
      guard mix.isPossible else { throw .damaged }
      return .mixed(lanes: 1 << log, mix: mix)
    default: throw .damaged
    }
  }
}
