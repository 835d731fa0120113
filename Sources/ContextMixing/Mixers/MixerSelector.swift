/// What the selectors of mixers look at.
struct MixingSituation {
  var lane = 0
  /// The lane's last two bytes, the latest lower.
  var lastTwo = 0
  /// The bits of the byte so far after a leading 1, 1...255, and how many they are, 0...7.
  var partial = 1
  var bitPosition = 0
  /// 0 when no match expects anything, else 1...15, more for longer matches.
  var matchStrength = 0
  /// How sure the networks are of the bit, 0...15; how many bits of the byte there are, without one.
  var certainty = 0
  /// How many contexts have been seen before, at most 15 counted.
  var seenContexts = 0
  /// The byte that the first network expects most, after a leading 1.
  var expected = 0
}

/// A small context that chooses the weights of a mixer: a set of them, numbered from 0 on, and the
/// class of sets that begin with the same weights.
enum MixerSelector: UInt8, CaseIterable {
  /// The bits of the byte so far.
  case partial
  /// The lane, and how long its match is.
  case match
  /// The last two bytes, hashed.
  case lastTwo
  /// How sure the networks are, and how many contexts have been seen before.
  case certainty
  case lastByte
  /// The byte that the network expects most, as long as it still can come.
  case expected

  @inline(__always)
  func set(in situation: MixingSituation) -> Int {
    switch self {
    case .partial: return situation.partial
    case .match:
      return situation.lane &* MatchModel.strengthCount &+ situation.matchStrength
    case .certainty: return situation.certainty &<< 4 | situation.seenContexts
    case .lastTwo, .lastByte: return set(ofLastTwo: situation.lastTwo)
    case .expected:
      let canCome = situation.expected &>> (8 &- situation.bitPosition) == situation.partial
      return canCome ? situation.expected : situation.bitPosition
    }
  }

  /// The set of `lastTwo` or `lastByte`, which stays the same for all bits of a byte.
  @inline(__always)
  func set(ofLastTwo lastTwo: Int) -> Int {
    if self == .lastByte { return lastTwo & 0xFF }
    let hash = (UInt64(truncatingIfNeeded: lastTwo) &* 0x9E37_79B9) >> 12
    return Int(truncatingIfNeeded: hash) & 4095
  }

  func setCount(laneCount: Int) -> Int {
    switch self {
    case .partial, .certainty, .lastByte: 256
    case .match: MatchModel.strengthCount * laneCount
    case .lastTwo: 4096
    case .expected: 512
    }
  }

  @inline(__always)
  func startClass(ofSet set: Int) -> Int {
    switch self {
    case .partial: Self.bitPosition(ofPartial: set)
    case .match: set % MatchModel.strengthCount
    case .certainty: set >> 4
    case .lastTwo, .lastByte, .expected: 0
    }
  }

  /// How many classes there are.
  var classCount: Int {
    switch self {
    case .partial: 8
    case .match, .certainty: 16
    case .lastTwo, .lastByte, .expected: 1
    }
  }

  /// How many bits of the byte are known, given those bits after a leading 1; 0 for 0.
  @inline(__always)
  static func bitPosition(ofPartial partial: Int) -> Int {
    partial == 0 ? 0 : 63 &- partial.leadingZeroBitCount
  }
}
