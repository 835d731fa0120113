import CMixingKernels

/// A small context that chooses the weights of a mixer: a set of them, and the class of sets that begin
/// with the same weights. How a set is chosen is in `bits.h`.
enum MixerSelector: CaseIterable {
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
  /// What the last byte was, and how many bits of this one there are.
  case symbol
  /// The same, and about how long the match is.
  case symbolAndMatch

  /// Its place in `fsc_bits.mixer_of`.
  var place: Int {
    switch self {
    case .partial: Int(FSC_SELECT_PARTIAL)
    case .match: Int(FSC_SELECT_MATCH)
    case .lastTwo: Int(FSC_SELECT_LAST_TWO)
    case .certainty: Int(FSC_SELECT_CERTAINTY)
    case .lastByte: Int(FSC_SELECT_LAST_BYTE)
    case .expected: Int(FSC_SELECT_EXPECTED)
    case .symbol: Int(FSC_SELECT_SYMBOL)
    case .symbolAndMatch: Int(FSC_SELECT_SYMBOL_AND_MATCH)
    }
  }

  func setCount(laneCount: Int) -> Int {
    switch self {
    case .partial, .certainty, .lastByte: 256
    case .match: MatchModel.strengthCount * laneCount
    case .lastTwo: 4096
    case .expected: 512
    case .symbol: 8 * Symbol.kindCount
    case .symbolAndMatch: 8 * Symbol.kindCount * MatchModel.classCount
    }
  }

  func startClass(ofSet set: Int) -> Int {
    switch self {
    case .partial: Self.bitPosition(ofPartial: set)
    case .match: set % MatchModel.strengthCount
    case .certainty: set >> 4
    case .symbol: set & 7
    case .symbolAndMatch: set / (8 * Symbol.kindCount) * 8 + set % 8
    case .lastTwo, .lastByte, .expected: 0
    }
  }

  /// How many classes there are.
  var classCount: Int {
    switch self {
    case .partial, .symbol: 8
    case .match, .certainty: 16
    case .symbolAndMatch: 8 * MatchModel.classCount
    case .lastTwo, .lastByte, .expected: 1
    }
  }

  /// How many bits of the byte are known, given those bits after a leading 1; 0 for 0.
  static func bitPosition(ofPartial partial: Int) -> Int {
    partial == 0 ? 0 : 63 - partial.leadingZeroBitCount
  }
}
