/// What a context is made of. The number of a kind goes into the hashes of its contexts, so it is
/// part of the format.
///
/// "Order n" is the last n bytes. What was seen nearby says more than what was seen anywhere, and
/// the lanes of a block are at different places of a text. So beside a network, which knows the
/// language already, there are three scopes, and the name says which:
///
/// * `local...`: the lane's alone, and only what it has seen lately (see `SlotRegions`);
/// * `lane...`: the lane's alone, as its number is part of the context;
/// * all others: what any lane has seen anywhere in the block.
///
/// Without a network all are of the last scope.
enum ContextKind: Int, CaseIterable, Sendable {
  case localOrder1, localOrder2, localOrder3, laneOrder4, laneOrder5, order6, order8, order3
  /// The letters of the word so far, and the last byte where there are none.
  case localWord, laneWord, word
  /// The word so far with the word before it, and with the one before that.
  case wordPair, skippedWord
  /// The byte in the same column of the line above: with order 2; with the column and order 1.
  case aboveOrder2, columnAbove
  case column
  /// The number of the field in its line with its bytes so far; with the same field one line up.
  case fieldPrefix, fieldAbove
  /// The last bytes by class, letters and digits as such; with the last byte as it is.
  case format, formatOrder1
  /// The two innermost open brackets or quotes: with order 2; with the word so far.
  case bracketsOrder2, bracketsWord
  /// How the line begins, with the number of the field and the word so far.
  case lineStartWord
  /// Bytes further back without those nearer: the 2nd and 3rd; the 2nd and 4th; the 3rd; the 4th
  /// with the position modulo 4.
  case skip1Order2, skip1And3, skip2Order1, skip3Position
  // In records, which binary data is made of; "above" is the same place of the record before, and
  // "left" the byte before.
  /// The byte above; with the one above that; with the two above that.
  case recordAbove, recordAboveTwo, recordAboveThree
  /// The place in the record; with the byte above; with order 1.
  case recordColumn, recordColumnAbove, recordColumnOrder1
  /// Three bytes above, the middle one in the same place.
  case recordAcross
  /// The bytes on all sides that are known, nearer ones with more of their bits: of two records
  /// above; of three.
  case recordAround, recordAroundThree
  /// Left, above, and above left; what they suggest if differences repeat.
  case recordCorner, recordGradient
  /// What the two bytes above suggest if their difference repeats.
  case recordSlope
  /// The word so far with the two words before it; the word before with order 1.
  case wordTriple, previousWordOrder1

  /// What a prior knows of contexts of this kind, if anything.
  var prior: PriorContext? {
    switch self {
    case .laneOrder4: .order4
    case .laneOrder5: .order5
    case .localWord, .laneWord, .word: .word
    case .wordPair: .wordPair
    default: nil
    }
  }

  /// Whether it is made of fields, brackets or beginnings of lines, which take time to follow.
  var isOfFields: Bool {
    switch self {
    case .fieldPrefix, .fieldAbove, .bracketsOrder2, .bracketsWord, .lineStartWord: true
    default: false
    }
  }

  /// Whether slots are in the lane's own region, where there is one: see `SlotRegions`.
  var isLocal: Bool {
    switch self {
    case .localOrder1, .localOrder2, .localOrder3, .localWord: true
    default: false
    }
  }
}
