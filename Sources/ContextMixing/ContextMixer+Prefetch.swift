import CMixingKernels

// Memory is asked for before it is needed: what the next byte begins with is known one lane ahead.
// Each bit asks for a little of it, since memory takes only so many requests at a time. None of this
// changes a prediction.
// (Mutating, since what is large would be copied to be lent.)
extension ContextMixer {
  @inline(__always)
  mutating func prefetch(lane: Int, bitPosition: Int, isByteKnown: Bool) {
    if isByteKnown && bitPosition < 4 { contexts.prefetchSecondNibble(fourth: bitPosition) }
    if lanes.count > 1 { prefetchLane(lane &+ 1 == lanes.count ? 0 : lane &+ 1, bitPosition) }
  }

  /// Asks for what another lane's byte begins with.
  @inline(__always)
  private mutating func prefetchLane(_ lane: Int, _ bitPosition: Int) {
    switch bitPosition {
    case 0: matches.prefetchEntry(lane)
    case 1: fsc_bits_prefetch_sets(state.base, UInt32(truncatingIfNeeded: lanes.lastTwo(lane)))
    case 2: contexts.prefetchPrior(lane)
    case 3: matches.prefetchHistory(lane, lanes: lanes)
    default: contexts.prefetchFirstNibble(lane, fourth: bitPosition &- 4)
    }
  }

  /// Asks for the memory of the second nibble, before the last bit of the first is known.
  ///
  /// - Parameters:
  ///   - probability: of a 1.
  ///   - partial: the three bits that are known after a leading 1.
  @inline(__always)
  mutating func prefetchLikely(_ probability: UInt64, partial: Int) {
    contexts.prepareSecondNibble(partial: partial << 1 | (probability >> 21 == 0 ? 0 : 1))
    for fourth in 0..<4 { contexts.prefetchSecondNibble(fourth: fourth) }
  }
}
