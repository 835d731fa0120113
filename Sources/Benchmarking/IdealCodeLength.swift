import ContextMixing
import FSComp
import Platform
import Prediction

/// The ideal code length of `data` under a model's integer distributions: what an archive would
/// hold if its coder and its headers cost nothing.
///
/// - Parameters:
///   - lanes: how many runs of consecutive bytes are predicted side by side. Bytes left over by the
///     division are not counted.
///   - mixesContexts: whether context models, which learn from the data as they go, are mixed in.
/// - Returns: the code length in bits, and the number of bytes it covers.
public func idealCodeLength(
  of data: [UInt8], lanes: Int, model: Model, mixesContexts: Bool = false
) -> (bits: Double, bytes: Int) {
  let steps = data.count / lanes
  var predictor = Predictor(network: model.networks[0], lanes: lanes)
  var bytes = [UInt8](repeating: 0, count: lanes)
  var mixer = mixesContexts ? ContextMixer(byteCount: steps * lanes, laneCount: lanes) : nil
  var bits = 0.0
  for step in 0..<steps {
    predictor.predict(active: lanes)
    for lane in 0..<lanes {
      bytes[lane] = data[lane * steps + step]
      let tree = predictor.tree(lane: lane)
      if mixer == nil {
        bits += log2(Double(tree[1])) - log2(Double(tree[256 + Int(bytes[lane])]))
      } else {
        var rest = bytes[lane]
        mixer?.learn(rest, lane: lane, tree: tree) { probabilityOfOne in
          let one = Double(probabilityOfOne) / 0x1p22
          bits -= log2(rest >> 7 == 1 ? one : 1 - one)
          rest <<= 1
        }
      }
    }
    predictor.update(bytes: bytes)
  }
  return (bits, steps * lanes)
}
