import ContextMixing

/// How a block's bytes become its payload.
package enum BlockMethod: Equatable, Sendable {
  /// The payload is the plain bytes.
  case stored
  /// The payload is arithmetic code, `lanes` (a power of two, 1 ... 256) coded side by side with
  /// the probabilities of the network.
  case network(lanes: Int)
  /// The same with the probabilities of context models that learn from the block, mixed with those
  /// of the network if it is used.
  case mixed(lanes: Int, models: ModelSet, usesNetwork: Bool)

  /// Lanes coded side by side; 1 in a stored block.
  package var lanes: Int {
    switch self {
    case .stored: 1
    case .network(let lanes), .mixed(let lanes, _, _): lanes
    }
  }

  package var usesNetwork: Bool {
    switch self {
    case .stored: false
    case .network: true
    case .mixed(_, _, let usesNetwork): usesNetwork
    }
  }

  /// The context models that take part, if any do.
  package var models: ModelSet? {
    if case .mixed(_, let models, _) = self { models } else { nil }
  }
}
