import ContextMixing
import FSComp
import Platform
import Prediction
import TextTransform

/// The ideal code length of `data` under a model's integer distributions: what an archive would
/// hold if its coder and its headers cost nothing.
///
/// Where the networks read coded text, that is what is predicted.
///
/// - Parameters:
///   - lanes: how many runs of consecutive symbols are predicted side by side. Of networks alone,
///     those left over by the division are not counted.
///   - mixesContexts: whether contexts, which learn from the data as they go, are mixed in; else it
///     is what the model's first network says.
/// - Returns: the code length in bits, and the number of bytes it covers; nil if the model has no
///   network.
public func idealCodeLength(
  of data: [UInt8], lanes: Int, model: Model, mixesContexts: Bool = false
) -> (bits: Double, bytes: Int)? {
  let isCoded = model.networksReadCodedText
  let codes = [MixSet.standard, .full, .small].lazy.compactMap {
    model.code(Mix($0, usesNetwork: true, isCoded: isCoded))
  }
  guard let code = codes.first else { return nil }
  let symbols = symbolsOfNetworks(data, model: model)
  let layout = LaneLayout(
    byteCount: mixesContexts ? symbols.count : symbols.count / lanes * lanes, laneCount: lanes)
  var bits = 0.0
  if mixesContexts {
    code.measure(symbols, layout: layout) {
      bits -= log2(Double($0) / 0x1p22)
    }
  } else {
    var predictor = Predictor(code.networks.map { $0.prepared }, lanes: lanes)
    layout.walk(&predictor) { _, position, trees in
      if let trees {
        bits += log2(Double(trees[1])) - log2(Double(trees[256 + Int(symbols[position])]))
      }
      return symbols[position]
    }
  }
  // Of coded text, as many plain bytes as its symbols stand for on average.
  return (bits, data.count * layout.byteCount / max(symbols.count, 1))
}

/// What a model's networks read of `data`: coded text, or the bytes themselves.
public func symbolsOfNetworks(_ data: [UInt8], model: Model) -> [UInt8] {
  guard model.networksReadCodedText, let lexicon = model.lexicon else { return data }
  return TextEncoder(lexicon).encode(data)
}
