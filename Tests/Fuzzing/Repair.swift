import FSComp
import Platform

/// Gets checks right in what was damaged, as far as its parts can be told.
enum Repair {
  /// Frame headers, headers and contents of stored blocks, and indexes.
  static func archive(_ bytes: inout [UInt8], from start: Int) {
    var offset = start
    while offset < bytes.count {
      if bytes[offset...].starts(with: FrameHeader.magic), bytes.count - offset >= 15 {
        put(UInt16(truncatingIfNeeded: hash(bytes[offset..<offset + 13])), in: &bytes, at: offset + 13)
        offset += FrameHeader.byteCount
      } else if FrameIndex.isTag(bytes[offset]) {
        offset = index(&bytes, at: offset)
      } else {
        offset = block(&bytes, at: offset)
      }
    }
  }

  /// Returns where the block ends; the next byte if there is none.
  private static func block(_ bytes: inout [UInt8], at start: Int) -> Int {
    let isStored = bytes[start] & 0x0F == 1
    guard isStored || bytes[start] & 0x0F == 2, start + 1 < bytes.count else { return start + 1 }
    var offset = start + (isStored ? 1 : 2)
    // Those of the rest and of coded text are there if the mix has their flag.
    let sizes = isStored ? 1 : 2 + (bytes[start + 1] & 0x60).nonzeroBitCount
    var size = 0
    for _ in 0..<sizes {
      guard
        case .value(let value, let count) = Varint.parse(
          bytes.span, at: offset, maximumByteCount: 4)
      else { return start + 1 }
      (size, offset) = (value, offset + count)
    }
    guard offset + 6 <= bytes.count else { return bytes.count }
    let end = min(bytes.count, offset + 6 + size)
    if isStored {
      put(UInt32(truncatingIfNeeded: hash(bytes[(offset + 6)..<end])), in: &bytes, at: offset)
    }
    put(UInt16(truncatingIfNeeded: hash(bytes[start..<offset + 4])), in: &bytes, at: offset + 4)
    return end
  }

  /// Returns where the index ends.
  @discardableResult
  static func index(_ bytes: inout [UInt8], at start: Int) -> Int {
    guard start < bytes.count,
      case .value(let blockCount, let count) = Varint.parse(
        bytes.span, at: start + 1, maximumByteCount: 8)
    else { return start + 1 }
    var offset = start + 1 + count
    for _ in 0..<blockCount {
      for maximum in [4, 5] {
        guard
          case .value(_, let count) = Varint.parse(
            bytes.span, at: offset, maximumByteCount: maximum)
        else { return start + 1 }
        offset += count
      }
      offset += 4
      guard offset <= bytes.count else { return start + 1 }
    }
    if bytes[start] == FrameIndex.tagWithLines { offset += 4 * blockCount }
    guard offset + 8 <= bytes.count else { return start + 1 }
    put(UInt32(truncatingIfNeeded: hash(bytes[start..<offset])), in: &bytes, at: offset)
    put(UInt32(offset + 8 - start), in: &bytes, at: offset + 4)
    return offset + 8
  }

  /// The hashes of sections, and the id.
  static func model(_ bytes: inout [UInt8]) {
    guard bytes.count >= 13 else { return }
    var offset = 5
    while offset + 16 <= bytes.count - 8 {
      let size = bytes[offset + 4..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let content = offset + 16..<offset + 16 + size
      guard content.upperBound <= bytes.count - 8 else { break }
      put(hash(bytes[content]), in: &bytes, at: offset + 8)
      offset = content.upperBound
    }
    let end = bytes.count - 8
    put(hash(bytes[..<end]), in: &bytes, at: end)
  }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { XXH64.hash($0) }
  }

  private static func put<Word: FixedWidthInteger>(
    _ word: Word, in bytes: inout [UInt8], at offset: Int
  ) {
    withUnsafeBytes(of: word.littleEndian) { word in
      for (index, byte) in word.enumerated() where offset + index < bytes.count {
        bytes[offset + index] = byte
      }
    }
  }
}
