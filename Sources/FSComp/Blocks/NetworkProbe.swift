import ContextMixing

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
    guard let together = model.code(Mix(.small, usesNetwork: true)),
      let alone = model.code(Mix(.small, usesNetwork: false))
    else { return false }
    guard plain.count >= fewestBytes else { return true }
    let length = min(mostSampledBytes, plain.count / 16) / lanes
    let pieces = (0..<lanes).map { lane in
      plain.dropFirst(plain.count / lanes * lane).prefix(length)
    }
    let sample = Array(pieces.joined())
    let with = together.codeLength(of: sample, lanes: lanes)
    // One piece after the other, as a block without the network is coded.
    let without = alone.codeLength(of: sample, lanes: 1)
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
}
