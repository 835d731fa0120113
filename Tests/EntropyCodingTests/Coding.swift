import EntropyCoding
import TestSupport

struct Decision: Equatable {
  var bit: Bool
  var probability: UInt64
}

func encode(_ decisions: [Decision]) -> [UInt8] {
  var encoder = ArithmeticEncoder(expectedByteCount: 1)
  for decision in decisions { encoder.encode(decision.bit, probability: decision.probability) }
  return encoder.finish()
}

struct Decoded: Equatable {
  var bits: [Bool] = []
  var isExact = false
  var hasOverrun = false
}

func decode(_ payload: [UInt8], probabilities: [UInt64]) -> Decoded {
  payload.withUnsafeBufferPointer { payload in
    var decoder = ArithmeticDecoder(payload: payload)
    var decoded = Decoded()
    decoded.bits = probabilities.map { decoder.decodeBit(probability: $0) }
    decoded.isExact = decoder.isExact
    decoded.hasOverrun = decoder.hasOverrun
    return decoded
  }
}

/// Probabilities of all magnitudes, the two extremes among them.
func anyProbability(using generator: inout SplitMix64) -> UInt64 {
  let small = UInt64(1) << UInt64.random(in: 0...21, using: &generator)
  let probability = UInt64.random(in: 1...small, using: &generator)
  return Bool.random(using: &generator) ? probability : Probability.one - probability
}

func decisions(
  _ count: Int, using generator: inout SplitMix64, followingProbability: Bool
) -> [Decision] {
  (0..<count).map { _ in
    let probability = anyProbability(using: &generator)
    let bit =
      followingProbability
      ? UInt64.random(in: 0..<Probability.one, using: &generator) < probability
      : Bool.random(using: &generator)
    return Decision(bit: bit, probability: probability)
  }
}
