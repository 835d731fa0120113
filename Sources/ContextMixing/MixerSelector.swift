/// A small context that chooses the weights of a mixer. How sets are numbered is in
/// `ContextMixer.chooseByteWeights` and `chooseBitWeights`.
enum MixerSelector: Int {
  /// The bits of the byte so far.
  case partial
  /// The lane, and how long its match is.
  case match
  /// The last two bytes, hashed.
  case lastTwo
  /// How sure the network is, and how many contexts have been seen before.
  case certainty
  case lastByte
  /// The byte that the network expects most, as long as it still can come.
  case expected

  func setCount(laneCount: Int) -> Int {
    switch self {
    case .partial, .certainty, .lastByte: 256
    case .match: MatchModel.strengthCount * laneCount
    case .lastTwo: 4096
    case .expected: 512
    }
  }

  /// How many different weights its sets start with.
  var classCount: Int {
    switch self {
    case .partial: 8
    case .match, .certainty: 16
    case .lastTwo, .lastByte, .expected: 1
    }
  }

  /// The class of a set; sets are numbered as `ContextMixer` does.
  @inline(__always)
  func startClass(ofSet set: Int, laneCount: Int) -> Int {
    switch self {
    case .partial: MixerNetwork.bitPosition(ofPartial: set)
    case .match: set / laneCount
    case .certainty: set >> 4
    case .lastTwo, .lastByte, .expected: 0
    }
  }
}

/// Which mixer each selector chooses the weights of; nil where a plan does without.
struct MixerNumbers {
  let partial, match, lastTwo, certainty, lastByte, expected: Int?

  /// - Parameter selectors: of mixers 0, 1, ...
  init(_ selectors: [MixerSelector]) {
    partial = selectors.firstIndex(of: .partial)
    match = selectors.firstIndex(of: .match)
    lastTwo = selectors.firstIndex(of: .lastTwo)
    certainty = selectors.firstIndex(of: .certainty)
    lastByte = selectors.firstIndex(of: .lastByte)
    expected = selectors.firstIndex(of: .expected)
  }
}
