import CMixingKernels
import Platform

/// One prediction from each context of a lane.
///
/// A context remembers the bits that followed it in a slot of histories, a lookup for each half of
/// a byte; what a history means is learned for each kind of context (indirect modelling, as in
/// Mahoney's PAQ and ZPAQ).
struct ContextModels: ~Copyable {
  /// From this many bits on, old ones fade.
  private static let adaptationLimit: UInt32 = 1023
  /// How many bits' weight the initial meaning of a history has.
  private static let initialWeight: UInt32 = 20

  private let laneCount: Int
  private let contextCount: Int
  private let kernels: fsc_mixing_kernels
  /// Lines of slots: a cache line each, the only one for its contexts. A lookup costs one line,
  /// which can be asked for ahead of time.
  private let lines: OwnedBuffer<UInt8>
  private let state: UnsafeMutablePointer<fsc_contexts>
  private let lanes: UnsafeMutablePointer<LaneContext>
  /// [lanes], where there are modes.
  private let detectors: UnsafeMutablePointer<ModeDetector>
  private let modeCount: Int
  private let regions: SlotRegions
  /// [lanes][contexts], of the first nibbles of the lanes' next bytes.
  private let places: UnsafeMutablePointer<UInt64>
  /// [contexts], of the second nibble of the byte at hand.
  private let secondPlaces: UnsafeMutablePointer<UInt64>
  /// [modes][contexts][256]: what each history means, as `AdaptiveProbability`.
  private let meanings: UnsafeMutablePointer<UInt32>
  /// [modes][contexts]: the numbers of their kinds.
  private let kinds: UnsafeMutablePointer<Int>
  /// [modes][contexts]: whether each is local to a lane.
  private let areLocal: UnsafeMutablePointer<Bool>
  /// [modes][contexts]: the `nearBits` of their regions.
  private let nearBits: UnsafeMutablePointer<UInt64>
  /// [kinds]: what all contexts of a lane are made of, as they are hashed.
  private let contexts: UnsafeMutablePointer<UInt64>

  private var lane = 0
  /// The bits of the nibble so far after a leading 1, 1...15.
  private var nibble = 1
  /// The first nibble after a leading 1 that `secondPlaces` are for.
  private var preparedPartial = 0

  /// - Parameter parameters: hold the initial meanings.
  init(
    byteCount: Int, history: borrowing BlockHistory, usesNetwork: Bool,
    parameters: InitialParameters
  ) {
    let plan = parameters.plan
    let contextCount = plan.kinds.count
    laneCount = history.laneCount
    self.contextCount = contextCount
    kernels = MixingKernels.current.table.pointee
    let lineCount = Self.lineCount(byteCount: byteCount, plan: plan)
    lines = OwnedBuffer(count: lineCount * Int(FSC_LINE_BYTES))
    regions = SlotRegions(
      lines: lines.base, lineCount: lineCount, laneCount: laneCount, hasLocal: usesNetwork)
    modeCount = plan.modeCount
    let allKinds = plan.kinds + plan.binaryKinds
    kinds = .allocate(capacity: allKinds.count)
    areLocal = .allocate(capacity: allKinds.count)
    nearBits = .allocate(capacity: allKinds.count)
    for (i, kind) in allKinds.enumerated() {
      (kinds + i).initialize(to: kind.rawValue)
      (areLocal + i).initialize(to: kind.isLocal)
      // Lanes' regions are alike.
      let region = kind.isLocal ? regions.local(lane: 0) : regions.shared
      (nearBits + i).initialize(to: region.nearBits)
    }
    detectors = .allocate(capacity: modeCount > 1 ? laneCount : 0)
    if modeCount > 1 {
      for lane in 0..<laneCount { (detectors + lane).initialize(to: ModeDetector()) }
    }
    contexts = .allocate(capacity: ContextKind.allCases.count)
    contexts.initialize(repeating: 0, count: ContextKind.allCases.count)
    lanes = .allocate(capacity: laneCount)
    places = .allocate(capacity: laneCount * contextCount)
    secondPlaces = .allocate(capacity: contextCount)
    secondPlaces.initialize(repeating: 0, count: contextCount)
    for lane in 0..<laneCount {
      (lanes + lane).initialize(
        to: LaneContext(lane: lane, start: history.start(ofLane: lane), isLocal: usesNetwork))
    }
    meanings = .allocate(capacity: allKinds.count * 256)
    for i in 0..<allKinds.count * 256 {
      let meaning = AdaptiveProbability(
        probability: parameters.values[parameters.meanings(0) + i], count: Self.initialWeight)
      (meanings + i).initialize(to: meaning.bits)
    }
    state = allocateAligned(fsc_contexts())
    state.pointee.count = Int32(contextCount)
    state.pointee.limit = Self.adaptationLimit
    state.pointee.lines = lines.base
    state.pointee.meanings = meanings
    state.pointee.stretches = UnsafePointer(LogisticTables.shared.stretches)
    state.pointee.next = UnsafePointer(BitHistory.shared.next)
    state.pointee.totals = UnsafePointer(BitHistory.shared.total)
    state.pointee.reciprocals = UnsafePointer(Reciprocals.shared.values)
    for lane in 0..<laneCount { makePlaces(lane: lane, history: history) }
  }

  deinit {
    if modeCount > 1 { detectors.deinitialize(count: laneCount) }
    detectors.deallocate()
    lanes.deallocate()
    places.deallocate()
    secondPlaces.deallocate()
    meanings.deallocate()
    state.deallocate()
    kinds.deallocate()
    areLocal.deallocate()
    nearBits.deallocate()
    contexts.deallocate()
  }

  /// Room for what a block's contexts can fill, up to what the plan allows.
  private static func lineCount(byteCount: Int, plan: ModelPlan) -> Int {
    var lines = 256
    while lines < plan.mostLines && lines < byteCount * plan.kinds.count / 4 { lines *= 2 }
    return min(lines, plan.mostLines)
  }

  /// Memory for a block, in bytes.
  static func memory(byteCount: Int, laneCount: Int, plan: ModelPlan) -> Int {
    BufferSize<UInt8>(lineCount(byteCount: byteCount, plan: plan) * Int(FSC_LINE_BYTES)).byteCount
      + laneCount * (MemoryLayout<LaneContext>.stride + 8 * plan.kinds.count)
      + (plan.modeCount > 1 ? laneCount * ModeDetector.memory : 0)
      + plan.modeCount * plan.kinds.count * (4 * 256 + 24) + 8 * plan.kinds.count
      + 8 * ContextKind.allCases.count
  }

  /// What histories mean, with how many bits have shown it, for training.
  func learned() -> [LearnedParameter] {
    (0..<modeCount * contextCount * 256).map {
      AdaptiveProbability(bits: meanings[$0]).learned(initialWeight: Self.initialWeight)
    }
  }

  @inline(__always)
  private func makePlaces(lane: Int, history: borrowing BlockHistory) {
    lanes[lane].writeContexts(contexts, history: history)
    let own = places + lane &* contextCount
    let mode = mode(lane: lane)
    if mode == .binary {
      lanes[lane].writeRecordContexts(
        contexts, history: history, length: detectors[lane].recordLength)
    }
    let first = mode.rawValue &* contextCount
    let (shared, local) = (regions.shared, regions.local(lane: lane))
    for context in 0..<contextCount {
      let kind = kinds[first &+ context]
      let region = areLocal[first &+ context] ? local : shared
      own[context] = region.place(Self.hash(contexts[kind], UInt64(truncatingIfNeeded: kind)))
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

  /// What the lane's next byte is taken for.
  @inline(__always)
  func mode(lane: Int) -> ContentMode { modeCount > 1 ? detectors[lane].mode : .text }

  @inline(__always)
  func lastTwo(lane: Int) -> Int { lanes[lane].lastTwo }

  @inline(__always)
  mutating func beginByte(lane: Int) {
    self.lane = lane
    nibble = 1
    preparedPartial = 0
    if modeCount > 1 {
      state.pointee.meanings = meanings + mode(lane: lane).rawValue &* contextCount &* 256
    }
    kernels.find(state, places + lane &* contextCount)
  }

  /// Asks for a fourth of the lines of a lane's first nibble.
  @inline(__always)
  func prefetch(lane: Int, fourth: Int) {
    let places = places + lane &* contextCount
    for context in part(fourth) { fsc_contexts_prefetch(state, places[context]) }
  }

  /// Makes the places of the byte's second nibble.
  ///
  /// - Parameter partial: the first nibble after a leading 1, or a guess at it.
  @inline(__always)
  mutating func prepareSecondNibble(partial: Int) {
    preparedPartial = partial
    let own = places + lane &* contextCount
    let nearBits = nearBits + mode(lane: lane).rawValue &* contextCount
    for context in 0..<contextCount {
      secondPlaces[context] = SlotRegion.place(
        near: own[context], Self.secondHash(own[context], partial: partial),
        nearBits: nearBits[context])
    }
  }

  /// Asks for a fourth of the lines of the byte's second nibble, which is prepared.
  @inline(__always)
  func prefetchSecondNibble(fourth: Int) {
    for context in part(fourth) { fsc_contexts_prefetch(state, secondPlaces[context]) }
  }

  @inline(__always)
  private func part(_ fourth: Int) -> Range<Int> {
    let first = contextCount &* fourth >> 2
    return Range(uncheckedBounds: (first, contextCount &* (fourth &+ 1) >> 2))
  }

  @inline(__always)
  private func prefetch(lane: Int) {
    let places = places + lane &* contextCount
    for context in 0..<contextCount { fsc_contexts_prefetch(state, places[context]) }
  }

  /// Makes a stretched prediction for each context; 0 for those that have not been seen.
  ///
  /// - Returns: how many have been seen, at most `contextCount`.
  @inline(__always)
  func predict() -> Int {
    Int(kernels.predict(state, Int32(truncatingIfNeeded: nibble)))
  }

  /// What `predict` has made: `FSC_MOST_CONTEXTS` numbers, 0 for contexts that there are not.
  @inline(__always)
  var predictions: UnsafePointer<Int16> {
    UnsafeRawPointer(state).assumingMemoryBound(to: Int16.self)
  }

  /// - Parameter partial: the bits of the byte so far, this one included, after a leading 1.
  @inline(__always)
  mutating func update(bit: Int, partial: Int) {
    kernels.update(
      state, Int32(truncatingIfNeeded: nibble), Int32(truncatingIfNeeded: bit))
    nibble = nibble << 1 | bit
    if partial >= 16 && partial < 32 { beginSecondNibble(partial: partial) }
  }

  @inline(__always)
  private mutating func beginSecondNibble(partial: Int) {
    nibble = 1
    if preparedPartial != partial { prepareSecondNibble(partial: partial) }
    kernels.find(state, secondPlaces)
  }

  /// - Parameter history: with the byte already in it.
  /// - Returns: the lane's last eight bytes, the latest lowest.
  @inline(__always)
  func endByte(_ byte: UInt8, history: borrowing BlockHistory) -> UInt64 {
    lanes[lane].append(byte, history: history)
    regions.endByte(lane: lane, byteCount: lanes[lane].position &- lanes[lane].start)
    if modeCount > 1 { detectors[lane].append(byte) }
    makePlaces(lane: lane, history: history)
    if laneCount == 1 { prefetch(lane: 0) }
    return lanes[lane].recent
  }
}
