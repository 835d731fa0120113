/// What the networks' probability has turned out to mean: two adaptive maps whose answers are inputs
/// of the mixers.
struct NetworkMaps: ~Copyable {
  /// By the last byte; only where there is a network.
  private var byOrder1: AdaptiveMap
  /// By the byte that the match expects.
  private var byMatch: AdaptiveMap
  private let usesNetwork: Bool
  private let tables = LogisticTables.shared

  struct Sizes {
    let map: AdaptiveMap.Sizes

    init(_ layout: LaneLayout) { map = AdaptiveMap.Sizes(layout) }

    var byteCount: Int { 2 * map.byteCount }
  }

  init(_ layout: LaneLayout, usesNetwork: Bool) {
    let sizes = Sizes(layout)
    byOrder1 = AdaptiveMap(sizes.map)
    byMatch = AdaptiveMap(sizes.map)
    self.usesNetwork = usesNetwork
  }

  /// The last byte, and the byte that a match expects (0 for none), each with the bits of the byte
  /// so far.
  struct Contexts {
    let order1: Int
    let match: Int

    @inline(__always)
    init(lastByte: Int, expected: Int, partial: Int) {
      order1 = AdaptiveMap.context(byte: lastByte, partial: partial)
      match = AdaptiveMap.context(byte: expected, partial: partial)
    }
  }

  @inline(__always)
  func prefetch(_ contexts: Contexts) {
    if usesNetwork { byOrder1.prefetch(contexts.order1) }
    byMatch.prefetch(contexts.match)
  }

  /// Refines the networks' probability, stretched in units of 1/256.
  @inline(__always)
  mutating func refine(_ stretched: Int32, _ contexts: Contexts, into inputs: inout MixerInputs) {
    if usesNetwork {
      let refined = byOrder1.refine(stretched << 4, context: contexts.order1)
      inputs.set(.networkByOrder1, tables.stretch(Int(refined >> 10)))
    }
    let refined = byMatch.refine(stretched << 4, context: contexts.match)
    inputs.set(.networkByMatch, tables.stretch(Int(refined >> 10)))
  }

  @inline(__always)
  mutating func update(bit: Int) {
    if usesNetwork { byOrder1.update(bit: bit) }
    byMatch.update(bit: bit)
  }
}
