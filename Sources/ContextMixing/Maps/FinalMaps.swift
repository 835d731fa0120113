import CMixingKernels

/// The last word: the mixed probability averaged with what two adaptive maps make of it, one by the
/// last byte and one by the last two.
struct FinalMaps: ~Copyable {
  /// Final probabilities stay so far from 0 and 1, in units of 2^-22.
  private static let leastProbability: Int32 = 32

  private var byOrder1: AdaptiveMap
  private var byOrder2: AdaptiveMap

  struct Sizes {
    let order1: AdaptiveMap.Sizes
    let order2: AdaptiveMap.Sizes

    init(_ layout: LaneLayout) {
      order1 = AdaptiveMap.Sizes(layout)
      order2 = AdaptiveMap.Sizes(layout, most: 14)
    }

    var byteCount: Int { order1.byteCount + order2.byteCount }
  }

  init(_ layout: LaneLayout) {
    let sizes = Sizes(layout)
    byOrder1 = AdaptiveMap(sizes.order1)
    byOrder2 = AdaptiveMap(sizes.order2)
  }

  /// The last bytes with the bits of the byte so far.
  struct Contexts {
    let order1: Int
    let order2: Int

    @inline(__always)
    init(lastTwo: Int, partial: Int) {
      order1 = AdaptiveMap.context(byte: lastTwo & 0xFF, partial: partial)
      let pair = (UInt64(truncatingIfNeeded: lastTwo) &* 0x9E37_79B9) >> 8
      order2 = (Int(truncatingIfNeeded: pair) ^ partial &* 0x9E35) & 0xFFFF
    }
  }

  @inline(__always)
  func prefetch(_ contexts: Contexts) {
    byOrder1.prefetch(contexts.order1)
    byOrder2.prefetch(contexts.order2)
  }

  /// - Returns: the probability for the coder, in units of 2^-22.
  @inline(__always)
  mutating func refine(_ mixed: fsc_mixed, _ contexts: Contexts) -> UInt64 {
    let second = byOrder2.refine(mixed.stretched, context: contexts.order2)
    let first = byOrder1.refine(mixed.stretched, context: contexts.order1)
    let average = (2 &* mixed.probability &+ second &+ first) >> 2
    let most = 1 << 22 - Self.leastProbability
    return UInt64(truncatingIfNeeded: min(max(average, Self.leastProbability), most))
  }

  @inline(__always)
  mutating func update(bit: Int) {
    byOrder2.update(bit: bit)
    byOrder1.update(bit: bit)
  }
}
