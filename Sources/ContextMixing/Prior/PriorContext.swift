/// A context that a prior knows something of. The number of each goes into its hashes, so it is part
/// of the format.
package enum PriorContext: Int, CaseIterable, Sendable {
  /// How many there are.
  static let count = 4

  case order4, order5
  /// The word so far, or the last byte between words; with the word before.
  case word, wordPair

  /// The hash by which a table is asked.
  @inline(__always)
  func hash(_ context: UInt64) -> UInt64 {
    let number = UInt64(truncatingIfNeeded: rawValue &+ 1)
    var hash = (context &+ number &* 0xD1B5_4A32_D192_ED03) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
    hash = hash &* 0x9E37_79B9_7F4A_7C15
    return hash ^ hash >> 29
  }
}

extension LaneContext {
  /// Writes the hashes of the contexts of the next byte, in the order of their numbers.
  @inline(__always)
  func writePriorHashes(_ hashes: UnsafeMutablePointer<UInt64>) {
    @inline(__always)
    func set(_ context: PriorContext, _ value: UInt64) {
      hashes[context.rawValue] = context.hash(value)
    }
    set(.order4, recent & 0xFFFF_FFFF)
    set(.order5, recent & 0xFF_FFFF_FFFF)
    set(.word, wordStart)
    set(.wordPair, wordPair)
  }
}
