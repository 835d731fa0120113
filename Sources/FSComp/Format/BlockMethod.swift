import ContextMixing

/// How a block's bytes become its payload.
package enum BlockMethod: Equatable, Sendable {
  /// The payload is the plain bytes.
  case stored
  /// The payload is arithmetic code, `lanes` (a power of two, 1 ... 256) coded side by side with
  /// the probabilities of contexts that learn from the block, mixed with those of the networks if the
  /// mix has them.
  case mixed(lanes: Int, mix: Mix)

  /// Lanes coded side by side; 1 in a stored block.
  package var lanes: Int {
    switch self {
    case .stored: 1
    case .mixed(let lanes, _): lanes
    }
  }

  /// What is mixed, if anything is.
  package var mix: Mix? {
    switch self {
    case .stored: nil
    case .mixed(_, let mix): mix
    }
  }
}
