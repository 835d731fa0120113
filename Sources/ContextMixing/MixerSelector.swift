/// A small context that chooses the weights of a mixer. The numbers of its sets are in
/// `ContextMixer.selectSets`.
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

  /// The class of a set; sets are numbered as `ContextMixer.chooseWeights` does.
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
