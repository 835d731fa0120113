import ContextMixing
import EntropyCoding
import Prediction

/// Predicts and codes the bytes of a block, step by step: what encoder and decoder have in common.
///
/// Each step begins with `beginStep`; then follow its lanes, lane 0 first.
struct BytePredictor: ~Copyable {
  private var network: Predictor?
  private var mixer: ContextMixer?
  /// [lanes]: the bytes of the step at hand.
  private var bytes: [UInt8]
  private var isFirstStep = true

  /// - Parameters:
  ///   - method: not `stored`; its lanes are those of the layout.
  ///   - model: not nil if the method uses the network.
  init(method: BlockMethod, layout: LaneLayout, model: Model?) {
    let lanes = layout.laneCount
    network = nil
    mixer = nil
    if method.usesNetwork, let model {
      network = Predictor(network: model.networks[0], lanes: lanes)
    }
    if let models = method.models {
      mixer = ContextMixer(
        byteCount: layout.byteCount, laneCount: lanes, models: models,
        usesNetwork: method.usesNetwork)
    }
    bytes = [UInt8](repeating: 0, count: lanes)
  }

  /// Bytes of memory that all this takes, besides the model.
  static func memory(method: BlockMethod, layout: LaneLayout, model: Model?) -> Int {
    var memory = 0
    if method.usesNetwork, let model {
      memory += Predictor.byteCount(network: model.networks[0], lanes: layout.laneCount)
    }
    if let models = method.models {
      memory += ContextMixer.memory(
        byteCount: layout.byteCount, laneCount: layout.laneCount, models: models)
    }
    return memory
  }

  /// - Parameter active: how many lanes, from lane 0 on, have a byte in this step.
  mutating func beginStep(active: Int) {
    if !isFirstStep { network?.update(bytes: bytes) }
    isFirstStep = false
    network?.predict(active: active)
  }

  @inline(__always)
  mutating func encode(_ byte: UInt8, lane: Int, to encoder: inout ArithmeticEncoder) {
    bytes[lane] = byte
    let tree = network?.tree(lane: lane)
    if mixer != nil {
      mixer?.encode(byte, lane: lane, tree: tree, to: &encoder)
    } else if let tree {
      encoder.encode(byte, tree: tree)
    }
  }

  @inline(__always)
  mutating func decodeByte(lane: Int, from decoder: inout ArithmeticDecoder) -> UInt8 {
    let tree = network?.tree(lane: lane)
    var byte: UInt8 = 0
    if let mixed = mixer?.decodeByte(lane: lane, tree: tree, from: &decoder) {
      byte = mixed
    } else if let tree {
      byte = decoder.decodeByte(tree: tree)
    }
    bytes[lane] = byte
    return byte
  }
}
