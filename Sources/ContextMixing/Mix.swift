/// Which contexts and mixers take part in a block. A number in the block's header names the set, so
/// its arithmetic is part of the format.
package enum MixSet: UInt8, CaseIterable, Sendable {
  /// Few: quick, and little memory.
  case small = 1
  /// What pays for its time on most text.
  case standard = 2
  /// All there are.
  case full = 3
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

  /// Every one that a block can have, the sets in their order, those of plain bytes and those with
  /// a network first.
  package static let all = [false, true].flatMap { isCoded in
    [true, false].flatMap { usesNetwork in
      MixSet.allCases.map { Mix($0, usesNetwork: usesNetwork, isCoded: isCoded) }
    }
  }
}
