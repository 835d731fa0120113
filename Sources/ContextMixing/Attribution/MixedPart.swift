/// What a prediction is made of, as people think of it: inputs of the mixers, taken together.
package enum MixedPart: Int, CaseIterable, Sendable {
  /// The networks, and what the maps of their probability say.
  case networks
  /// The match models.
  case matches
  /// Contexts of the last bytes.
  case lastBytes
  /// Contexts of words and of what is around them.
  case words
  /// Contexts of columns, fields, lines and brackets.
  case layout
  /// Contexts of bytes further back, without those nearer, or of their classes.
  case patterns
  /// Contexts of records in binary data.
  case records
  /// What is left: the bias, the maps after the mixers, rounding.
  case rest

  /// How many there are.
  package static let count = 8
}

extension ContextKind {
  /// The part that contexts of this kind belong to.
  var part: MixedPart {
    switch self {
    case .localOrder1, .localOrder2, .localOrder3, .laneOrder4, .laneOrder5, .order6, .order8,
      .order3:
      .lastBytes
    case .localWord, .laneWord, .word, .wordPair, .skippedWord, .wordTriple, .previousWordOrder1:
      .words
    case .aboveOrder2, .columnAbove, .column, .fieldPrefix, .fieldAbove, .bracketsOrder2,
      .bracketsWord, .lineStartWord:
      .layout
    case .format, .formatOrder1, .skip1Order2, .skip1And3, .skip2Order1, .skip3Position: .patterns
    case .recordAbove, .recordAboveTwo, .recordAboveThree, .recordColumn, .recordColumnAbove,
      .recordColumnOrder1, .recordAcross, .recordAround, .recordAroundThree, .recordCorner,
      .recordGradient, .recordSlope:
      .records
    }
  }
}

extension MixPlan {
  /// The part of each input of the mixers.
  func parts(_ mode: ContentMode) -> [MixedPart] {
    var parts = [MixedPart](repeating: .rest, count: inputCount)
    for input in 0..<MixerInputs.count {
      parts[input] = MixerInputs.isOfMatch(input) ? .matches : .networks
    }
    parts[MixerInputs.bias] = .rest
    let kinds = mode == .binary && !binaryContexts.isEmpty ? binaryContexts : contexts
    for (index, kind) in kinds.enumerated() { parts[MixerInputs.count + index] = kind.part }
    for network in 0..<networkCount { parts[input(ofNetwork: network)] = .networks }
    return parts
  }
}
