import ContextMixing
import Prediction

extension Predictor: LanePredictor {
  package func prediction(lane: Int) -> UnsafePointer<UInt32>? { trees(lane: lane) }
}

/// How the bytes of a mixed block are predicted: what encoder, decoder and measurements share.
package struct BlockCode: Sendable {
  /// Those that take part; none in a mix without them.
  package let networks: [SharedNetwork]
  /// What mixing begins with.
  package let parameters: InitialParameters

  /// Goes through a block with the networks, if there are any, and a mixer.
  ///
  /// - Parameters:
  ///   - byte: takes the byte of a lane at a position of the block to the mixer, with what the
  ///     networks say of it, and returns it.
  ///   - afterStep: as of `LaneLayout.walk`.
  /// - Returns: whether it went through the whole block.
  @inline(__always) @discardableResult
  func walk(
    _ layout: LaneLayout,
    byte: (
      _ mixer: inout ContextMixer, _ lane: Int, _ position: Int, _ trees: UnsafePointer<UInt32>?
    ) -> UInt8,
    afterStep: (_ step: Int) -> Bool = { _ in true }
  ) -> Bool {
    var mixer = ContextMixer(layout, parameters: parameters)
    if networks.isEmpty {
      var predictor = NoPredictor()
      return layout.walk(&predictor, byte: { byte(&mixer, $0, $1, $2) }, afterStep: afterStep)
    }
    var predictor = Predictor(networks.map { $0.prepared }, lanes: layout.laneCount)
    return layout.walk(&predictor, byte: { byte(&mixer, $0, $1, $2) }, afterStep: afterStep)
  }

  /// Memory that this takes, besides the model, in bytes.
  func memory(_ layout: LaneLayout) -> Int {
    let mixer = ContextMixer.memory(layout, parameters: parameters)
    if networks.isEmpty { return mixer }
    return mixer + Predictor.memory(networks.map { $0.shape }, lanes: layout.laneCount)
  }

  /// What a block would take if headers and the coder's rounding cost nothing.
  ///
  /// - Parameter report: takes the probability of each bit that comes, in units of 2^-22,
  ///   1 ... 2^22 - 1.
  package func measure(_ plain: [UInt8], layout: LaneLayout, report: (UInt64) -> Void) {
    walk(layout) { mixer, lane, position, trees in
      mixer.learn(plain[position], lane: lane, trees: trees, report: report)
      return plain[position]
    }
  }
}
