import Model

/// The parts of a mix: which contexts, mixers and match models take part, and how large their tables
/// may be.
struct MixPlan: Sendable {
  /// How many networks take part, 0 and more.
  let networkCount: Int
  var contexts: [ContextKind]
  /// Those that take the places of `contexts` in binary data; none where the same do for both.
  var binaryContexts: [ContextKind]
  var selectors: [MixerSelector]
  /// The shortest matches that each match model looks for, in bytes; one or two.
  var matchLengths: [Int]
  /// The most lines of 64 bytes that the contexts' histories may take.
  let mostLines: Int
  /// The most entries that tables of matches may have, as a power of two.
  let mostMatchBits: Int

  /// - Parameter networkCount: those of the model; they take part where the mix asks for them.
  init(_ mix: Mix, networkCount: Int) {
    precondition(networkCount > 0 || !mix.usesNetwork)
    self.networkCount = mix.usesNetwork ? networkCount : 0
    // The network takes most of the time; without it there is time for everything at once.
    let hasAll = mix.set == .full || mix.set == .standard && !mix.usesNetwork
    contexts = Self.contexts(mix, hasAll: hasAll)
    binaryContexts = Self.binaryContexts(mix)
    selectors =
      mix.set == .small
      ? [.match, .certainty, .lastByte]
      : [.partial, .match, .lastTwo, .certainty, .lastByte] + (hasAll ? [.expected] : [])
    matchLengths = hasAll ? [5, 8] : [5]
    (mostLines, mostMatchBits) =
      switch mix.set {
      case .small: (1 << 18, 20)
      case .standard: (3 << 18, mix.usesNetwork ? 20 : 21)
      case .full: (1 << 22, 22)
      }
  }

  private static func contexts(_ mix: Mix, hasAll: Bool) -> [ContextKind] {
    let few: [ContextKind] =
      mix.usesNetwork
      ? [
        .localOrder2, .localOrder3, .laneOrder4, .order6, .localWord, .wordPair, .format,
        .fieldAbove,
      ]
      : [
        .localOrder1, .localOrder2, .localOrder3, .laneOrder4, .order6, .localWord, .format,
        .skip1Order2,
      ]
    let more: [ContextKind] =
      mix.usesNetwork
      ? [
        .localOrder1, .order8, .word, .columnAbove, .skip1Order2, .order3, .bracketsOrder2,
        .lineStartWord,
      ]
      : [
        .order8, .wordPair, .columnAbove, .fieldAbove, .bracketsOrder2, .lineStartWord,
        .skip2Order1, .column,
      ]
    let rest: [ContextKind] =
      mix.usesNetwork
      ? [
        .laneWord, .aboveOrder2, .formatOrder1, .fieldPrefix, .laneOrder5, .skippedWord, .column,
        .skip2Order1,
      ]
      : [
        .laneOrder5, .aboveOrder2, .formatOrder1, .fieldPrefix, .skippedWord, .skip3Position,
        .bracketsWord, .skip1And3,
      ]
    return few + (mix.set == .small ? [] : more) + (hasAll ? rest : [])
  }

  /// As many as the same set has for text, and none with a network.
  private static func binaryContexts(_ mix: Mix) -> [ContextKind] {
    if mix.usesNetwork { return [] }
    let few: [ContextKind] = [
      .localOrder1, .localOrder2, .localOrder3, .order6, .skip1Order2, .recordAboveTwo,
      .recordColumn, .recordAround,
    ]
    let more: [ContextKind] = [
      .skip1And3, .skip2Order1, .format, .recordAboveThree, .recordColumnAbove, .recordAcross,
      .recordColumnOrder1, .recordAbove,
    ]
    let rest: [ContextKind] = [
      .laneOrder4, .order8, .skip3Position, .recordAroundThree, .recordGradient, .recordSlope,
      .recordCorner, .localWord,
    ]
    return mix.set == .small ? few : few + more + rest
  }

  /// How many modes have contexts and weights of their own.
  var modeCount: Int { binaryContexts.isEmpty ? 1 : ContentMode.allCases.count }

  var usesNetwork: Bool { networkCount > 0 }

  /// The input of a network: the first has a slot among the first inputs, others come last.
  func input(ofNetwork network: Int) -> Int {
    network == 0
      ? MixerInputs.Slot.network.rawValue : MixerInputs.count + contexts.count + network - 1
  }

  /// How many inputs mixers have.
  var inputCount: Int {
    MixerShape.inputs(contexts: contexts.count, networks: networkCount)
  }
}
