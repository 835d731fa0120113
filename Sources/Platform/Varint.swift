/// Unsigned LEB128 integers in their shortest form: 7 bits a byte, the lowest first, the top bit
/// set in all bytes but the last.
package enum Varint {
  package enum Parsed: Equatable {
    case value(Int, byteCount: Int)
    case incomplete
    case invalid
  }

  package static func append(_ value: Int, to bytes: inout [UInt8]) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  package static func byteCount(of value: Int) -> Int {
    max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
  }

  /// Reads the varint at `offset`.
  ///
  /// - Parameters:
  ///   - offset: where it starts; may be the end of `bytes`.
  ///   - maximumByteCount: longer ones are invalid; at most 8.
  package static func parse(
    _ bytes: Span<UInt8>, at offset: Int, maximumByteCount: Int
  ) -> Parsed {
    var value = 0
    for index in 0..<maximumByteCount {
      guard offset + index < bytes.count else { return .incomplete }
      let byte = bytes[offset + index]
      value |= Int(byte & 0x7F) << (7 * index)
      if byte < 0x80 {
        // A last byte of zero adds nothing: the same number has a shorter form.
        return byte == 0 && index > 0 ? .invalid : .value(value, byteCount: index + 1)
      }
    }
    return .invalid
  }
}
