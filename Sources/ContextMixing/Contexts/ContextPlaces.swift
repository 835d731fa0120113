import Platform

/// Where the histories of a lane's contexts are: their hashes, as lines of the table of slots.
///
/// A context has two places for each byte, one for each nibble.
struct ContextPlaces: ~Copyable {
  private let contextCount: Int
  private let regions: SlotRegions
  /// [modes][contexts]: the numbers of their kinds.
  private let kinds: OwnedBuffer<Int>
  /// [modes][contexts]: whether each is local to a lane.
  private let areLocal: OwnedBuffer<Bool>
  /// [modes][contexts]: the `nearBits` of their regions.
  private let nearBits: OwnedBuffer<UInt64>
  /// [kinds]: what the contexts of a lane are made of, before they are hashed.
  private let values: OwnedBuffer<UInt64>
  /// [lanes][contexts], of the first nibbles of the lanes' next bytes.
  private let first: OwnedBuffer<UInt64>
  /// [lanes][PriorContext], of the lanes' next bytes; none where no prior can be asked.
  private let priorHashes: OwnedBuffer<UInt64>
  /// [2][contexts], of the second nibble of the byte at hand, by the last bit of the first.
  private let second: OwnedBuffer<UInt64>

  struct Sizes {
    let kinds: BufferSize<Int>
    let areLocal: BufferSize<Bool>
    let nearBits: BufferSize<UInt64>
    let values: BufferSize<UInt64>
    let first: BufferSize<UInt64>
    let priorHashes: BufferSize<UInt64>
    let second: BufferSize<UInt64>

    init(laneCount: Int, plan: MixPlan) {
      let contextCount = plan.contexts.count
      kinds = BufferSize(plan.modeCount * contextCount)
      areLocal = BufferSize(plan.modeCount * contextCount)
      nearBits = BufferSize(plan.modeCount * contextCount)
      values = BufferSize(ContextKind.allCases.count)
      first = BufferSize(laneCount * contextCount)
      priorHashes = BufferSize(plan.isCoded ? laneCount * PriorContext.count : 0)
      second = BufferSize(2 * contextCount)
    }

    var byteCount: Int {
      kinds.byteCount + areLocal.byteCount + nearBits.byteCount + values.byteCount
        + first.byteCount + priorHashes.byteCount + second.byteCount
    }
  }

  init(regions: SlotRegions, lanes: borrowing Lanes, plan: MixPlan) {
    let sizes = Sizes(laneCount: lanes.count, plan: plan)
    contextCount = plan.contexts.count
    self.regions = regions
    kinds = OwnedBuffer(sizes.kinds)
    areLocal = OwnedBuffer(sizes.areLocal)
    nearBits = OwnedBuffer(sizes.nearBits)
    values = OwnedBuffer(sizes.values)
    first = OwnedBuffer(sizes.first)
    priorHashes = OwnedBuffer(sizes.priorHashes)
    second = OwnedBuffer(sizes.second)
    for (i, kind) in (plan.contexts + plan.binaryContexts).enumerated() {
      kinds[i] = kind.rawValue
      areLocal[i] = kind.isLocal
      // Lanes' regions are alike.
      nearBits[i] = (kind.isLocal ? regions.local(lane: 0) : regions.shared).nearBits
    }
    for lane in 0..<lanes.count { make(lane, lanes: lanes) }
  }

  /// The places of the first nibble of a lane's next byte.
  @inline(__always)
  func first(_ lane: Int) -> UnsafeMutablePointer<UInt64> {
    first.base + lane &* contextCount
  }

  /// The hashes by which a prior is asked for a lane's next byte, in the order of `PriorContext`; only
  /// in coded text.
  @inline(__always)
  func priorHashes(_ lane: Int) -> UnsafeMutablePointer<UInt64> {
    priorHashes.base + lane &* PriorContext.count
  }

  /// Makes the places of a lane's next byte, after one was added.
  @inline(__always)
  func endByte(_ lane: Int, lanes: borrowing Lanes) {
    regions.endByte(lane: lane, byteCount: lanes.byteCount(lane))
    make(lane, lanes: lanes)
  }

  @inline(__always)
  func make(_ lane: Int, lanes: borrowing Lanes) {
    lanes.writeContexts(lane, to: values.base)
    if priorHashes.count > 0 { lanes.writePriorHashes(lane, to: priorHashes(lane)) }
    let own = first(lane)
    let base = lanes.mode(lane).rawValue &* contextCount
    let (shared, local) = (regions.shared, regions.local(lane: lane))
    for context in 0..<contextCount {
      let kind = kinds[base &+ context]
      let region = areLocal[base &+ context] ? local : shared
      own[context] = region.place(Self.hash(values[kind], UInt64(truncatingIfNeeded: kind)))
    }
  }

  /// The places of the second nibble of the byte at hand, which are prepared.
  @inline(__always)
  func second(partial: Int) -> UnsafeMutablePointer<UInt64> {
    second.base + (partial & 1) &* contextCount
  }

  /// Makes the places of the second nibble of a lane's byte.
  ///
  /// - Parameter partial: the first nibble after a leading 1; or both that it can be may be prepared.
  @inline(__always)
  func prepareSecond(_ lane: Int, mode: ContentMode, partial: Int) {
    let second = second(partial: partial)
    let own = first(lane)
    let nearBits = nearBits.base + mode.rawValue &* contextCount
    for context in 0..<contextCount {
      second[context] = SlotRegion.place(
        near: own[context], Self.secondHash(own[context], partial: partial),
        nearBits: nearBits[context])
    }
  }

  /// - Parameter kind: keeps contexts of different kinds apart.
  @inline(__always)
  private static func hash(_ context: UInt64, _ kind: UInt64) -> UInt64 {
    var hash = (context &+ (kind &+ 1) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ hash >> 29
  }

  /// The hash of a context for the second nibble, by its place for the first.
  @inline(__always)
  private static func secondHash(_ first: UInt64, partial: Int) -> UInt64 {
    let hash = (first &+ UInt64(truncatingIfNeeded: partial)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ hash >> 31
  }
}
