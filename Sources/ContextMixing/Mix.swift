/// Which contexts and mixers take part in a block. A number in the block's header names the set, so
/// its arithmetic is part of the format.
package enum MixSet: UInt8, CaseIterable, Sendable {
  /// Few: quick, and little memory.
  case small = 1
  /// What pays for its time on most text.
  case standard = 2
  /// All there are.
  case full = 3
  /// As few as text needs, and one mixer: the quickest.
  case quick = 4
  /// Between this and the small one, with two mixers.
  case moderate = 5
  /// Most of what there is for text, with three mixers.
  case broad = 6

  /// Whether it is for text alone, plain or coded, and without the network. A model need not have what
  /// such a set begins with.
  package var isOfTextAlone: Bool {
    switch self {
    case .small, .standard, .full: false
    case .quick, .moderate, .broad: true
    }
  }

  /// What does instead where a model does not have this one.
  package var substitute: MixSet {
    switch self {
    case .quick: .small
    case .moderate: .standard
    case .broad: .full
    case .small, .standard, .full: self
    }
  }
}

/// What is mixed in a block: a set of contexts, with the model's networks or alone.
package struct Mix: Hashable, Sendable {
  package var set: MixSet
  package var usesNetwork: Bool
  /// Whether the bytes are coded text.
  package var isCoded: Bool

  package init(_ set: MixSet, usesNetwork: Bool, isCoded: Bool = false) {
    self.set = set
    self.usesNetwork = usesNetwork
    self.isCoded = isCoded
  }

  /// Whether a block can have it.
  package var isPossible: Bool { !set.isOfTextAlone || !usesNetwork }

  /// Every one that a block can have, the sets in their order, those of plain bytes and those with
  /// a network first.
  package static let all = [false, true].flatMap { isCoded in
    [true, false].flatMap { usesNetwork in
      MixSet.allCases.map { Mix($0, usesNetwork: usesNetwork, isCoded: isCoded) }
    }
  }.filter { $0.isPossible }
}
