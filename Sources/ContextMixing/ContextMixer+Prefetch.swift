// Memory is asked for before it is needed: what the next byte begins with is known one lane ahead.
// Each bit asks for a little of it, since memory takes only so many requests at a time. None of this
// changes a prediction.
extension ContextMixer {
  @inline(__always)
  mutating func prefetch(isByteKnown: Bool) {
    if isByteKnown && situation.bitPosition < 4 {
      contexts.prefetchSecondNibble(fourth: situation.bitPosition)
    }
    prefetchNextLane()
  }

  /// Asks for what the next lane's byte begins with.
  @inline(__always)
  private mutating func prefetchNextLane() {
    let next = situation.lane &+ 1 == lanes.count ? 0 : situation.lane &+ 1
    if next == situation.lane { return }
    switch situation.bitPosition {
    case 0: matches.prefetchEntry(next)
    case 1: mixers.prefetch(.lastTwo, lastTwo: lanes.lastTwo(next))
    case 2: mixers.prefetch(.lastByte, lastTwo: lanes.lastTwo(next))
    case 3: matches.prefetchHistory(next, lanes: lanes)
    default: contexts.prefetchFirstNibble(next, fourth: situation.bitPosition &- 4)
    }
  }

  /// Asks for the memory of the second nibble, before the last bit of the first is known.
  ///
  /// - Parameter probability: of a 1.
  @inline(__always)
  mutating func prefetchLikely(_ probability: UInt64) {
    contexts.prepareSecondNibble(partial: situation.partial << 1 | (probability >> 21 == 0 ? 0 : 1))
    for fourth in 0..<4 { contexts.prefetchSecondNibble(fourth: fourth) }
  }
}
