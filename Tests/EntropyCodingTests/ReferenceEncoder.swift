/// The coder as `docs/format.md` puts it, with wide arithmetic and no thought of speed.
struct ReferenceEncoder {
  private(set) var low: UInt64 = 0
  private(set) var high = UInt64.max
  private(set) var settled: [UInt8] = []

  func split(_ probability: UInt64) -> UInt64 {
    let (high, low) = (high - low).multipliedFullWidth(by: probability)
    return self.low + (high << 42 | low >> 22)
  }

  mutating func encode(_ bit: Bool, probability: UInt64) {
    let split = split(probability)
    if bit { high = split } else { low = split + 1 }
    while low >> 56 == high >> 56 {
      settled.append(UInt8(low >> 56))
      low <<= 8
      high = high << 8 + 255
    }
  }

  /// The shortest string of bytes that names a number in low ... high when zeros follow, found by
  /// trying all lengths.
  var ending: [UInt8] {
    for length in 0...8 {
      let shift = UInt64(64 - 8 * length)
      // The smallest multiple of 2^shift that is at least low.
      let unit = length == 0 ? 0 : (low >> shift) + (low & ((1 << shift) - 1) == 0 ? 0 : 1)
      let value = length == 0 ? 0 : unit << shift
      if length > 0 && unit > (UInt64.max >> shift) { continue }
      if value >= low && value <= high {
        return (0..<length).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
      }
    }
    return []
  }

  var payload: [UInt8] { settled + ending }
}
