import Model
import Platform

/// The networks of a model in L lanes: they predict the next byte of each lane, then are told what it
/// was. Several are an ensemble: each predicts by itself, and the mixer weighs them.
package struct Predictor: ~Copyable {
  /// Numbers in a frequency tree.
  package static let treeSize = 512

  package let lanes: Int
  private let networks: [NetworkState]
  /// [lanes][networks][treeSize]
  private let trees: OwnedBuffer<UInt32>

  /// - Parameters:
  ///   - networks: at least one.
  ///   - lanes: at least 1.
  package init(_ networks: [PreparedNetwork], lanes: Int) {
    self.lanes = lanes
    self.networks = networks.map { NetworkState($0, lanes: lanes) }
    trees = OwnedBuffer(Self.trees(networkCount: networks.count, lanes: lanes))
  }

  private static func trees(networkCount: Int, lanes: Int) -> BufferSize<UInt32> {
    BufferSize(lanes * networkCount * treeSize)
  }

  /// The memory that the state of this many lanes takes, in bytes.
  package static func memory(_ shapes: [NetworkShape], lanes: Int) -> Int {
    shapes.reduce(trees(networkCount: shapes.count, lanes: lanes).byteCount) {
      $0 + NetworkState.Sizes($1, lanes: lanes).byteCount
    }
  }

  /// Makes the frequency trees of the first `active` lanes from their hidden states.
  package func predict(active: Int) {
    for (number, network) in networks.enumerated() {
      network.predict(
        active: active, trees: trees.base + number * Self.treeSize,
        stride: networks.count * Self.treeSize)
    }
  }

  /// The frequencies of a lane's next byte, those of each network in turn, as trees of 512:
  /// `tree[256 + b]` >= 1 is that of byte b, and `tree[j] = tree[2j] + tree[2j + 1]` for j in
  /// 1...255. Valid until the next `predict`.
  package func trees(lane: Int) -> UnsafePointer<UInt32> {
    UnsafePointer(trees.base + lane * networks.count * Self.treeSize)
  }

  /// The logits of a lane by the first network, 256 in Q7 of base-2 logarithms. Valid until the next
  /// `predict`.
  package func logits(lane: Int) -> UnsafePointer<Int16> { networks[0].logits(lane: lane) }

  /// Steps every lane on by its byte; `bytes` has one for each.
  package func update(bytes: UnsafePointer<UInt8>) {
    for network in networks { network.update(bytes: bytes) }
  }
}
