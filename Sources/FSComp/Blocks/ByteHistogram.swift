/// How often each byte value occurs.
struct ByteHistogram {
  private var counts = [UInt64](repeating: 0, count: 256)
  private let byteCount: UInt64

  init(_ bytes: [UInt8]) {
    byteCount = UInt64(bytes.count)
    for byte in bytes { counts[Int(byte)] += 1 }
  }

  /// Whether this many bytes are spread so evenly over all values that to code them is hopeless:
  /// the chance that two of them agree is within 1% of 1 in 256, as in encrypted or compressed
  /// data. Their values alone carry over 7.98 bits a byte then. No model of text finds the
  /// missing structure, so the time is better saved.
  var isFlat: Bool {
    guard byteCount >= 4096 else { return false }
    // Ordered pairs of bytes, below 2^56.
    let agreeing = counts.reduce(0) { $0 + $1 * ($1 &- 1) }
    let expected = byteCount * (byteCount - 1) / 256
    return agreeing < expected + expected / 100
  }
}
