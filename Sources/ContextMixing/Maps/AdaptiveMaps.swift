import CMixingKernels

/// The adaptive maps of a block. Two, with a network, say what its probability has turned out to mean, by
/// the last byte and by the byte that the match expects: their answers are inputs of the mixers. Two say it
/// of what the mixers make of all, by the last byte and by the last two: the final probability is
/// averaged with theirs.
struct AdaptiveMaps: ~Copyable {
  private let networkByOrder1: AdaptiveMap
  private let networkByMatch: AdaptiveMap
  private let finalByOrder1: AdaptiveMap
  private let finalByOrder2: AdaptiveMap

  struct Sizes {
    let order1: AdaptiveMap.Sizes
    let order2: AdaptiveMap.Sizes

    /// - Parameter plan: one without maps has the smallest that there are, which nobody asks.
    init(_ layout: LaneLayout, plan: MixPlan) {
      order1 = AdaptiveMap.Sizes(layout, most: plan.refined == .none ? 12 : 16)
      order2 = AdaptiveMap.Sizes(layout, most: plan.refined == .none ? 12 : 14)
    }

    var byteCount: Int { 3 * order1.byteCount + order2.byteCount }
  }

  init(_ layout: LaneLayout, plan: MixPlan) {
    let sizes = Sizes(layout, plan: plan)
    networkByOrder1 = AdaptiveMap(sizes.order1)
    networkByMatch = AdaptiveMap(sizes.order1)
    finalByOrder1 = AdaptiveMap(sizes.order1)
    finalByOrder2 = AdaptiveMap(sizes.order2)
  }

  /// Hands the maps to kernels, for as long as this is.
  func give(to bits: UnsafeMutablePointer<fsc_bits>) {
    bits.pointee.network_by_order1 = networkByOrder1.map
    bits.pointee.network_by_match = networkByMatch.map
    bits.pointee.final_by_order1 = finalByOrder1.map
    bits.pointee.final_by_order2 = finalByOrder2.map
  }
}
