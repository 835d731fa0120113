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
///   - mixesContexts: whether contexts, which learn from the data as they go, are mixed in; else it
///     is what the model's first network says.
/// - Returns: the code length in bits, and the number of bytes it covers; nil if the model has no
///   network.
public func idealCodeLength(
  of data: [UInt8], lanes: Int, model: Model, mixesContexts: Bool = false
) -> (bits: Double, bytes: Int)? {
  guard let code = model.code(Mix(.standard, usesNetwork: true)) else { return nil }
  let layout = LaneLayout(byteCount: data.count / lanes * lanes, laneCount: lanes)
  var bits = 0.0
  if mixesContexts {
    code.measure(data, layout: layout) {
      bits -= log2(Double($0) / 0x1p22)
    }
  } else {
    var predictor = Predictor(model.networks, lanes: lanes)
    layout.walk(&predictor) { _, position, trees in
      if let trees {
        bits += log2(Double(trees[1])) - log2(Double(trees[256 + Int(data[position])]))
      }
      return data[position]
    }
  }
  return (bits, layout.byteCount)
}
