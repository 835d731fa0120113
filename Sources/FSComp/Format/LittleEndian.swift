extension [UInt8] {
  /// Appends all bytes of `value`, the lowest first.
  package mutating func appendLittleEndian<Integer: FixedWidthInteger>(_ value: Integer) {
    for index in 0..<Integer.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }
}

extension Span<UInt8> {
  /// The integer whose lowest byte stands at `offset`; all its bytes must be there.
  package func littleEndian<Integer: FixedWidthInteger>(
    at offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    var value: Integer = 0
    for index in 0..<Integer.bitWidth / 8 {
      value |= Integer(truncatingIfNeeded: self[offset + index]) << (8 * index)
    }
    return value
  }
}
