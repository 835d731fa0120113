import CMixingKernels

// Memory is asked for before it is needed: what the next byte begins with is known one lane ahead.
// Each bit asks for a little of it, since memory takes few requests at a time. None of this
// changes a prediction.
// (Mutating, since what is large would be copied to be lent.)
extension ContextMixer {
  /// - Parameter known: the byte at hand, where it is known; the places of its second nibble are made.
  @inline(__always)
  mutating func prefetch(lane: Int, bitPosition: Int, known: UInt8?) {
    if lanes.count > 1 {
      if let known, bitPosition < 4 {
        contexts.prefetchSecondNibble(partial: Int(known) >> 4, fourth: bitPosition)
      }
      prefetchLane(lane &+ 1 == lanes.count ? 0 : lane &+ 1, bitPosition)
    } else if let known, bitPosition == 0 {
      for fourth in 0..<4 {
        contexts.prefetchSecondNibble(partial: Int(known) >> 4, fourth: fourth)
      }
    }
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

  /// Makes the places of both second nibbles that the byte at hand can have, and asks for them.
  ///
  /// - Parameter partial: the first three bits after a leading 1.
  @inline(__always)
  mutating func prepareSecondNibbles(partial: Int) {
    for nibble in 2 &* partial...2 &* partial &+ 1 {
      contexts.prepareSecondNibble(partial: nibble)
      for fourth in 0..<4 { contexts.prefetchSecondNibble(partial: nibble, fourth: fourth) }
    }
  }
}
