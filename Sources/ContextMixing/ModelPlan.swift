/// Which models take part: a function of the set and of whether there is a network.
struct ModelPlan {
  let kinds: [ContextKind]
  let selectors: [MixerSelector]
  /// Whether a second match model asks for longer matches.
  let hasSecondMatch: Bool
  /// The most lines of 64 bytes that the contexts' histories may take, as a power of two.
  let mostLineBits: Int

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
      mostLineBits = 18
    case .standard:
      kinds = few + more
      selectors = [.partial, .match, .lastTwo, .certainty, .lastByte]
      mostLineBits = 19
    case .full:
      kinds = few + more + rest
      selectors = [.partial, .match, .lastTwo, .certainty, .lastByte, .expected]
      mostLineBits = 22
    }
    hasSecondMatch = models == .full
  }

  var matchCount: Int { hasSecondMatch ? 2 : 1 }
}
