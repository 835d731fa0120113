import Glibc
import Prediction

/// The ideal code length of `data` under a model's integer distributions: what an archive would
/// hold if its coder and its headers cost nothing.
///
/// - Parameters:
///   - lanes: how many runs of consecutive bytes are predicted side by side. Bytes left over by the
///     division are not counted.
///   - progress: called with the bytes done so far after each step of all lanes.
/// - Returns: the code length in bits, and the number of bytes it covers.
public func idealCodeLength(
  of data: [UInt8], lanes: Int, model: Model, progress: ((Int) -> Void)? = nil
) -> (bits: Double, bytes: Int) {
  let steps = data.count / lanes
  var predictor = Predictor(model: model, lanes: lanes)
  var bytes = [UInt8](repeating: 0, count: lanes)
  var bits = 0.0
  for step in 0..<steps {
    predictor.predict(active: lanes)
    for lane in 0..<lanes {
      bytes[lane] = data[lane * steps + step]
      let tree = predictor.tree(lane: lane)
      bits += log2(Double(tree[1])) - log2(Double(tree[256 + Int(bytes[lane])]))
    }
    predictor.update(bytes: bytes)
    progress?((step + 1) * lanes)
  }
  return (bits, steps * lanes)
}
