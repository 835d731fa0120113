import Model

/// The parts of a mix: which contexts, mixers and match models take part, and how large their tables
/// may be.
struct MixPlan: Sendable {
  /// How many networks take part, 0 and more.
  let networkCount: Int
  /// What the bytes are.
  let isCoded: Bool
  let symbols: SymbolTable
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

  /// Below this a bit was certain enough to teach nothing: the error of the mixers' probability, in
  /// units of 2^-22. 0 lets all bits teach.
  let leastError: Int32
  /// Which of the mixed probabilities adaptive maps refine.
  let refined: RefinedProbabilities

  /// - Parameters:
  ///   - networkCount: those of the model; they take part where the mix asks for them.
  ///   - codes: of coded text; asked for where the mix is one of that.
  init(_ mix: Mix, networkCount: Int, codes: CodeLayout?) {
    precondition(networkCount > 0 || !mix.usesNetwork)
    precondition(codes != nil || !mix.isCoded)
    precondition(mix.isPossible)
    self.networkCount = mix.usesNetwork ? networkCount : 0
    isCoded = mix.isCoded
    symbols = SymbolTable(codes.flatMap { mix.isCoded ? .coded($0) : nil } ?? .plain)
    leastError = mix.usesNetwork || mix.set == .full ? 0 : 1 << 12
    let hasAll = mix.set == .full
    contexts =
      mix.set.isOfTextAlone
      ? Self.contextsOfTextAlone(mix)
      : mix.isCoded ? Self.codedContexts(mix) : Self.contexts(mix, hasAll: hasAll)
    binaryContexts = Self.binaryContexts(mix)
    refined =
      switch mix.set {
      case .quick, .moderate: .none
      case .broad: .uncertain
      case .small, .standard, .full: .all
      }
    selectors = Self.selectors(mix)
    matchLengths = Self.matchLengths(mix)
    (mostLines, mostMatchBits) =
      switch mix.set {
      case .quick: (1 << 18, 18)
      case .moderate: (1 << 20, 20)
      case .broad: (1 << 21, 21)
      case .small: (1 << 18, 20)
      case .standard: (mix.usesNetwork ? 3 << 18 : 1 << 20, mix.usesNetwork ? 20 : 21)
      case .full: (mix.usesNetwork ? 1 << 22 : 1 << 21, 22)
      }
  }

  private static func selectors(_ mix: Mix) -> [MixerSelector] {
    switch mix.set {
    case .quick: [.symbolAndMatch]
    case .moderate: [.symbolAndMatch, .lastTwo]
    case .broad: [.symbolAndMatch, .lastTwo, .partial]
    case .small: [.match, mix.usesNetwork ? .certainty : .symbol, .lastByte]
    case .standard, .full:
      [.partial, .match, .lastTwo, .certainty, .lastByte] + (mix.usesNetwork ? [] : [.symbol])
        + (mix.usesNetwork && mix.set == .full ? [.expected] : [])
    }
  }

  /// A match of few bytes says little, but words are codes of few.
  private static func matchLengths(_ mix: Mix) -> [Int] {
    switch mix.set {
    case .small, .standard: [5]
    case .full: [5, 8]
    case .quick, .moderate: [mix.isCoded ? 5 : 8]
    case .broad: mix.isCoded ? [4, 7] : [5, 8]
    }
  }

  private static func contextsOfTextAlone(_ mix: Mix) -> [ContextKind] {
    switch (mix.set, mix.isCoded) {
    case (.quick, false):
      [.localOrder2, .localOrder3, .laneOrder4, .order6, .localWord, .columnAbove]
    case (.quick, true):
      [.localOrder2, .laneOrder4, .localWord, .wordPair, .format, .columnAbove]
    case (.moderate, false):
      [
        .localOrder2, .localOrder3, .laneOrder4, .order6, .localWord, .wordPair, .columnAbove,
        .format,
      ]
    case (.moderate, true):
      [
        .localOrder2, .localOrder3, .laneOrder5, .localWord, .wordPair, .columnAbove, .skippedWord,
        .format,
      ]
    case (.broad, false):
      [
        .localOrder1, .localOrder2, .localOrder3, .laneOrder4, .order6, .localWord, .wordPair,
        .format, .columnAbove, .fieldAbove, .bracketsOrder2, .lineStartWord, .skippedWord, .order8,
        .column, .skip1Order2,
      ]
    case (.broad, true):
      [
        .localOrder1, .localOrder2, .localOrder3, .laneOrder4, .laneOrder5, .localWord, .wordPair,
        .skippedWord, .wordTriple, .format, .columnAbove, .fieldAbove, .bracketsOrder2, .column,
        .aboveOrder2, .skip1Order2,
      ]
    case (.small, _), (.standard, _), (.full, _): []
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

  /// Words are codes of few bytes here, so contexts of the last bytes reach far.
  private static func codedContexts(_ mix: Mix) -> [ContextKind] {
    let few: [ContextKind] = [
      .localOrder2, .localOrder3, .laneOrder4, .laneOrder5, .localWord, .format,
    ]
    let more: [ContextKind] = [
      .localOrder1, .order6, .wordPair, .skippedWord, .bracketsOrder2, .lineStartWord, .columnAbove,
      .skip1Order2, .wordTriple, .fieldAbove,
    ]
    let rest: [ContextKind] = [
      .order8, .previousWordOrder1, .formatOrder1, .fieldPrefix, .skip2Order1, .aboveOrder2, .column,
      .skip1And3,
    ]
    return few + (mix.set == .small ? [] : more) + (mix.set == .full ? rest : [])
  }

  /// As many as the same set has for text; none with a network, nor in sets that are for text alone.
  private static func binaryContexts(_ mix: Mix) -> [ContextKind] {
    if mix.usesNetwork || mix.isCoded || mix.set.isOfTextAlone { return [] }
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
    return few + (mix.set == .small ? [] : more) + (mix.set == .full ? rest : [])
  }

  /// How many modes have contexts and weights of their own.
  var modeCount: Int { binaryContexts.isEmpty ? 1 : ContentMode.allCases.count }

  var usesNetwork: Bool { networkCount > 0 }

  /// Whether there are contexts of fields, brackets or beginnings of lines.
  var followsFields: Bool { (contexts + binaryContexts).contains { $0.isOfFields } }

  /// The input of a network: the first has a slot among the first inputs, others come last.
  func input(ofNetwork network: Int) -> Int {
    network == 0
      ? MixerInputs.network : MixerInputs.count + contexts.count + network - 1
  }

  /// How many inputs mixers have.
  var inputCount: Int {
    MixerShape.inputs(contexts: contexts.count, networks: networkCount)
  }
}
