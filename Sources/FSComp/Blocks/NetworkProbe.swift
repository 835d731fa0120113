import ContextMixing

/// Finds out whether a block is better off with the network.
///
/// On text that resembles what it was trained on, its predictions are worth their time. On programs,
/// numbers or pictures they are noise: the context models alone do as well, several times faster.
/// So the block is predicted in both ways: all of it if it is small, and else a sample from several
/// places. Since context models learn from all of a block what they cannot from a sample, the network
/// has to win that clearly; and the more clearly, the larger the block. Where it wins, but not by far, and
/// the block is no large one, it is coded in both ways: without the network that takes a quarter of the
/// time that it takes with it.
package struct NetworkProbe {
  /// Blocks up to this size are predicted as a whole.
  private static let mostWholeBytes = 1 << 15
  private static let lanes = 8
  private static let mostSampledBytes = 12 << 10
  /// Blocks up to this size are coded twice where the sample is not enough to decide.
  private static let mostBytesTwice = 1 << 19
  /// What the network has to save of a sample beyond what the standard set asks for, to be certain of it.
  private static let perMilleInDoubt: Int64 = 110

  enum Verdict {
    /// The block is to be coded without the network.
    case useless
    /// In both ways.
    case uncertain
    /// With it.
    case useful
  }

  /// What a block is in one of the ways, and how that is predicted.
  struct Way {
    var bytes: [UInt8]
    /// Whether these are coded text.
    var isCoded: Bool
    var set: MixSet
    var code: BlockCode
    var laneCount: Int
  }

  /// - Parameters:
  ///   - together: with the network.
  ///   - alone: without it.
  ///   - plainSize: of the block.
  static func verdict(on together: Way, insteadOf alone: Way, plainSize: Int) -> Verdict {
    if plainSize <= mostWholeBytes {
      let isShorter =
        together.code.codeLength(of: together.bytes, lanes: together.laneCount)
        < alone.code.codeLength(of: alone.bytes, lanes: alone.laneCount)
      return isShorter ? .useful : .useless
    }
    let with = together.code.codeLength(
      of: sample(of: together.bytes, plainSize: plainSize), lanes: lanes)
    // One piece after the other, as a block without the network is coded.
    let without = alone.code.codeLength(
      of: sample(of: alone.bytes, plainSize: plainSize), lanes: 1)
    func saves(_ perMille: Int64) -> Bool { 1000 * with <= (1000 - perMille) * without }
    func needed(_ set: MixSet) -> Int64 {
      perMilleToSave(byteCount: plainSize, isCoded: alone.isCoded, set: set)
    }
    if !saves(needed(together.set)) { return .useless }
    return plainSize > mostBytesTwice || saves(needed(.standard) + perMilleInDoubt)
      ? .useful : .uncertain
  }

  /// What the network has to save of the code of the sample, in thousandths: 50, and 40 more for each
  /// doubling of a block beyond 64 KiB; or 10 if contexts alone have coded text, of which they know much
  /// before it begins. And 70 more with the small set, which learns less from the rest of a block than
  /// larger ones. On files of many kinds that is about where both ways come out even.
  package static func perMilleToSave(byteCount: Int, isCoded: Bool, set: MixSet) -> Int64 {
    let more = isCoded ? 10 : 40
    let count = max(byteCount, 1 << 16)
    let doublings = count.bitWidth - 1 - count.leadingZeroBitCount
    // Between powers of two the logarithm is nearly a line.
    let part = (more * (count - 1 << doublings)) >> doublings
    return Int64((set == .small ? 120 : 50) + more * (doublings - 16) + part)
  }

  /// Pieces from all over the block: the same text, nearly, in whatever form it is.
  private static func sample(of bytes: [UInt8], plainSize: Int) -> [UInt8] {
    let most = min(mostSampledBytes, plainSize / 16)
    let length = bytes.count * most / plainSize / lanes
    return (0..<lanes).flatMap { lane in
      bytes.dropFirst(bytes.count / lanes * lane).prefix(length)
    }
  }
}
