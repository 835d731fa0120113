/// Which models take part: a function of the set and of whether there is a network.
struct ModelPlan {
  let kinds: [ContextKind]
  /// Those that take the places of `kinds` in binary data; none where the same do for both.
  let binaryKinds: [ContextKind]
  let selectors: [MixerSelector]
  /// Whether a second match model asks for longer matches.
  let hasSecondMatch: Bool
  /// The most lines of 64 bytes that the contexts' histories may take.
  let mostLines: Int
  /// The most entries that tables of matches may have, as a power of two.
  let mostMatchBits: Int

  init(models: ModelSet, usesNetwork: Bool) {
    let few: [ContextKind] =
      usesNetwork
      ? [.order2, .order3, .order4, .order6, .word, .wordPair, .format, .fieldAbove]
      : [.order1, .order2, .order3, .order4, .order6, .word, .format, .skip1Order2]
    let more: [ContextKind] =
      usesNetwork
      ? [
        .order1, .order8, .sharedWord, .columnAbove, .skip1Order2, .sharedOrder3, .bracketsOrder2,
        .lineStartWord,
      ]
      : [
        .order8, .wordPair, .columnAbove, .fieldAbove, .bracketsOrder2, .lineStartWord,
        .skip2Order1, .column,
      ]
    let rest: [ContextKind] =
      usesNetwork
      ? [
        .ownWord, .aboveOrder2, .formatOrder1, .fieldPrefix, .order5, .skippedWord, .column,
        .skip2Order1,
      ]
      : [
        .order5, .aboveOrder2, .formatOrder1, .fieldPrefix, .skippedWord, .skip3Position,
        .bracketsWord, .skip1And3,
      ]
    switch models {
    case .small:
      kinds = few
      selectors = [.match, .certainty, .lastByte]
      mostLines = 1 << 18
      mostMatchBits = 20
    case .standard:
      kinds = few + more
      selectors = [.partial, .match, .lastTwo, .certainty, .lastByte]
      mostLines = 3 << 18
      mostMatchBits = usesNetwork ? 20 : 22
    case .full:
      kinds = few + more + rest
      selectors = [.partial, .match, .lastTwo, .certainty, .lastByte, .expected]
      mostLines = 1 << 22
      mostMatchBits = 22
    }
    binaryKinds = usesNetwork ? [] : Self.binaryKinds(models)
    hasSecondMatch = models == .full
  }

  /// As many as `kinds` of the same set without a network.
  private static func binaryKinds(_ models: ModelSet) -> [ContextKind] {
    let few: [ContextKind] = [
      .order1, .order2, .order3, .order6, .skip1Order2, .recordAboveTwo, .recordColumn,
      .recordAround,
    ]
    let more: [ContextKind] = [
      .skip1And3, .skip2Order1, .format, .recordAboveThree, .recordColumnAbove, .recordAcross,
      .recordColumnOrder1, .recordAbove,
    ]
    let rest: [ContextKind] = [
      .order4, .order8, .skip3Position, .recordAroundThree, .recordGradient, .recordSlope,
      .recordCorner, .word,
    ]
    switch models {
    case .small: return few
    case .standard: return few + more
    case .full: return few + more + rest
    }
  }

  /// How many modes have contexts and weights of their own.
  var modeCount: Int { binaryKinds.isEmpty ? 1 : ContentMode.allCases.count }

  var matchCount: Int { hasSecondMatch ? 2 : 1 }
}
