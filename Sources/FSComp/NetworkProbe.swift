import ContextMixing
import Prediction

/// Finds out from a sample whether a block is better off with the network.
///
/// On text that resembles what it was trained on, its predictions are worth their time. On programs,
/// numbers or pictures they are noise: the context models alone do as well, several times faster.
/// So the sample, from several places of the block, is predicted in both ways. Since context models
/// learn from all of the block what they cannot from a sample, the network has to win clearly.
struct NetworkProbe {
  private static let lanes = 8
  /// Blocks below this size are given the benefit of the doubt.
  private static let fewestBytes = 1 << 15
  private static let mostSampledBytes = 12 << 10
  /// What the network has to save of the code of the sample.
  private static let percentToSave: Int64 = 10

  static func isUseful(on plain: [UInt8], model: Model) -> Bool {
    guard plain.count >= fewestBytes else { return true }
    let steps = min(mostSampledBytes, plain.count / 16) / lanes
    var network = Predictor(model: model, lanes: lanes)
    var mixed = ContextMixer(byteCount: lanes * steps, laneCount: lanes, models: .small)
    var contexts = ContextMixer(
      byteCount: lanes * steps, laneCount: lanes, models: .small, usesNetwork: false)
    var bitsWith = CodeLength()
    var bitsWithout = CodeLength()
    var bytes = [UInt8](repeating: 0, count: lanes)
    for step in 0..<steps {
      network.predict(active: lanes)
      for lane in 0..<lanes {
        let byte = plain[plain.count / lanes * lane + step]
        bytes[lane] = byte
        var rest = byte
        mixed.learn(byte, lane: lane, tree: network.tree(lane: lane)) {
          bitsWith.add(bit: rest >> 7, probabilityOfOne: $0)
          rest <<= 1
        }
        rest = byte
        contexts.learn(byte, lane: lane, tree: nil) {
          bitsWithout.add(bit: rest >> 7, probabilityOfOne: $0)
          rest <<= 1
        }
      }
      network.update(bytes: bytes)
    }
    return 100 * bitsWith.sum <= (100 - percentToSave) * bitsWithout.sum
  }
}

/// The length of a code, good to a tenth of a bit for each bit coded.
private struct CodeLength {
  /// In units of 2^-8 bits.
  private(set) var sum: Int64 = 0

  /// - Parameter probability: in units of 2^-22, 1 ... 2^22 - 1.
  mutating func add(bit: UInt8, probabilityOfOne probability: UInt64) {
    let coded = bit == 1 ? probability : 1 << 22 - probability
    let exponent = 63 - coded.leadingZeroBitCount
    // Between powers of two the logarithm is nearly a line.
    let fraction = exponent >= 8 ? coded >> UInt64(exponent - 8) : coded << UInt64(8 - exponent)
    sum += Int64(22 - exponent) << 8 - Int64(fraction & 255)
  }
}
