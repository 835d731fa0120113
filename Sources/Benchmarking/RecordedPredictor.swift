import ContextMixing
import Platform
import Prediction

/// What a model's networks say of each byte of a text, written down: to mix it again and again, and
/// to time mixing alone.
package struct RecordedPredictor: LanePredictor {
  private let laneCount: Int
  /// Numbers for one lane and step.
  private let stride: Int
  /// [bytes in the order of coding][networks][512]
  private let trees: SharedBuffer<UInt32>
  private var step = 0

  package init(_ text: [UInt8], layout: LaneLayout, networks: [PreparedNetwork]) {
    laneCount = layout.laneCount
    stride = networks.count * Predictor.treeSize
    let trees = SharedBuffer<UInt32>(count: stride * text.count)
    var next = trees.base
    var predictor = Predictor(networks, lanes: layout.laneCount)
    layout.walk(&predictor) { [stride] _, position, prediction in
      if let prediction { next.update(from: prediction, count: stride) }
      next += stride
      return text[position]
    }
    self.trees = trees
  }

  package func predict(active: Int) {}

  package func prediction(lane: Int) -> UnsafePointer<UInt32>? {
    UnsafePointer(trees.base + (step * laneCount + lane) * stride)
  }

  package mutating func update(bytes: UnsafePointer<UInt8>) { step += 1 }
}
