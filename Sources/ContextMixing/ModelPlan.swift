/// Which models take part: a function of the set and of whether there is a network.
struct ModelPlan {
  var kinds: [ContextKind]
  /// Those that take the places of `kinds` in binary data; none where the same do for both.
  var binaryKinds: [ContextKind]
  var selectors: [MixerSelector]
  /// Whether a second match model asks for longer matches.
  var hasSecondMatch: Bool
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
    // The network takes most of the time; without it there is time for all models at once.
    let hasAll = models == .full || models == .standard && !usesNetwork
    switch models {
    case .small: kinds = few
    case .standard, .full: kinds = few + more + (hasAll ? rest : [])
    }
    selectors =
      models == .small
      ? [.match, .certainty, .lastByte]
      : [.partial, .match, .lastTwo, .certainty, .lastByte] + (hasAll ? [.expected] : [])
    hasSecondMatch = hasAll
    switch models {
    case .small: (mostLines, mostMatchBits) = (1 << 18, 20)
    case .standard: (mostLines, mostMatchBits) = (3 << 18, usesNetwork ? 20 : 21)
    case .full: (mostLines, mostMatchBits) = (1 << 22, 22)
    }
    binaryKinds = usesNetwork ? [] : Self.binaryKinds(models)
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
    return models == .small ? few : few + more + rest
  }

  /// How many modes have contexts and weights of their own.
  var modeCount: Int { binaryKinds.isEmpty ? 1 : ContentMode.allCases.count }

  var matchCount: Int { hasSecondMatch ? 2 : 1 }
}
