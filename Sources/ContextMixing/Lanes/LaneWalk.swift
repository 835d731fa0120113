/// Says what comes next in lanes that step side by side: a network, or several.
@usableFromInline
package protocol LanePredictor: ~Copyable {
  /// Predicts the next bytes of the first `active` lanes.
  mutating func predict(active: Int)

  /// What was predicted for a lane: frequency trees of 512 numbers, those of each network in turn
  /// (docs/context-mixing.md, "The network"); nil without a network. Valid until the next `predict`.
  func prediction(lane: Int) -> UnsafePointer<UInt32>?

  /// Steps every lane on by its byte; `bytes` has one for each.
  mutating func update(bytes: UnsafePointer<UInt8>)
}

/// Predicts nothing: for blocks that are coded without a network.
package struct NoPredictor: LanePredictor {
  package init() {}
  package func predict(active: Int) {}
  package func prediction(lane: Int) -> UnsafePointer<UInt32>? { nil }
  package func update(bytes: UnsafePointer<UInt8>) {}
}

extension LaneLayout {
  /// Goes through a block in the order of coding: predicts, takes a byte for each lane, and tells the
  /// predictor. Everything that codes, decodes or measures a block does it by this walk.
  ///
  /// - Parameters:
  ///   - predictor: at the beginning of the lanes.
  ///   - byte: finds out the byte of a lane at a position of the block, given what the predictor
  ///     says of it.
  ///   - afterStep: whether to go on, asked after each step.
  /// - Returns: whether it went through the whole block.
  @inlinable @discardableResult
  package func walk<Predictor: LanePredictor & ~Copyable>(
    _ predictor: inout Predictor,
    byte: (_ lane: Int, _ position: Int, _ trees: UnsafePointer<UInt32>?) -> UInt8,
    afterStep: (_ step: Int) -> Bool = { _ in true }
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: laneCount) { bytes in
      bytes.initialize(repeating: 0)
      for step in 0..<stepCount {
        if step > 0, let bytes = bytes.baseAddress { predictor.update(bytes: bytes) }
        let active = activeLanes(atStep: step)
        predictor.predict(active: active)
        var position = step
        for lane in 0..<active {
          bytes[lane] = byte(lane, position, predictor.prediction(lane: lane))
          position &+= fullStepCount &+ (lane < longerLaneCount ? 1 : 0)
        }
        if !afterStep(step) { return false }
      }
      return true
    }
  }
}
