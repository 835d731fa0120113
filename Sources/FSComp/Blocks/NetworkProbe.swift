import ContextMixing
import Prediction

/// Finds out from a sample whether a block is better off with the network.
///
/// On text that resembles what it was trained on, its predictions are worth their time. On programs,
/// numbers or pictures they are noise: the context models alone do as well, several times faster.
/// So the sample, from several places of the block, is predicted in both ways. Since context models
/// learn from all of the block what they cannot from a sample, the network has to win clearly; and
/// the more clearly, the larger the block.
package struct NetworkProbe {
  private static let lanes = 8
  /// Blocks below this size are given the benefit of the doubt.
  private static let fewestBytes = 1 << 15
  private static let mostSampledBytes = 12 << 10

  static func isUseful(on plain: ArraySlice<UInt8>, model: Model) -> Bool {
    guard plain.count >= fewestBytes else { return true }
    let length = min(mostSampledBytes, plain.count / 16) / lanes
    let pieces = (0..<lanes).map { lane in
      plain.dropFirst(plain.count / lanes * lane).prefix(length)
    }
    let with = codeLength(of: pieces, model: model)
    let without = codeLength(of: pieces)
    return 1000 * with <= (1000 - perMilleToSave(byteCount: plain.count)) * without
  }

  /// What the network has to save of the code of the sample, in thousandths: 60, and 40 more for
  /// each doubling of a block beyond 64 KiB. On files of many kinds that is about where both ways
  /// come out even.
  package static func perMilleToSave(byteCount: Int) -> Int64 {
    let count = max(byteCount, 1 << 16)
    let doublings = count.bitWidth - 1 - count.leadingZeroBitCount
    // Between powers of two the logarithm is nearly a line.
    let part = (40 * (count - 1 << doublings)) >> doublings
    return Int64(60 + 40 * (doublings - 16) + part)
  }

  /// With the network, which predicts the pieces side by side. They are equally long.
  private static func codeLength(of pieces: [ArraySlice<UInt8>], model: Model) -> Int64 {
    let length = pieces[0].count
    var network = Predictor(network: model.networks[0], lanes: lanes)
    var mixer = ContextMixer(byteCount: lanes * length, laneCount: lanes, models: .small)
    var code = CodeLength()
    for step in 0..<length {
      let bytes = pieces.map { $0[$0.startIndex + step] }
      network.predict(active: lanes)
      for lane in 0..<lanes {
        var rest = bytes[lane]
        mixer.learn(rest, lane: lane, tree: network.tree(lane: lane)) {
          code.add(bit: rest >> 7, probabilityOfOne: $0)
          rest <<= 1
        }
      }
      network.update(bytes: bytes)
    }
    return code.sum
  }

  /// Without the network: one piece after the other, as such a block is coded.
  private static func codeLength(of pieces: [ArraySlice<UInt8>]) -> Int64 {
    var mixer = ContextMixer(
      byteCount: pieces.reduce(0) { $0 + $1.count }, laneCount: 1, models: .small,
      usesNetwork: false)
    var code = CodeLength()
    for byte in pieces.joined() {
      var rest = byte
      mixer.learn(byte, lane: 0, tree: nil) {
        code.add(bit: rest >> 7, probabilityOfOne: $0)
        rest <<= 1
      }
    }
    return code.sum
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
