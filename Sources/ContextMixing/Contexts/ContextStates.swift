import CMixingKernels
import Platform

/// One prediction from each context of a lane.
///
/// A context remembers the bits that followed it in a slot of bit histories, a lookup for each half
/// of a byte; what a history means is learned for each context (indirect modelling with StateMaps,
/// as in Mahoney's PAQ and ZPAQ).
struct ContextStates: ~Copyable {
  /// From this many bits on, old ones fade.
  private static let adaptationLimit: UInt32 = 1023
  /// How many bits' weight the initial meaning of a history has.
  private static let initialWeight: UInt32 = 20

  private let contextCount: Int
  /// Lines of slots: a cache line each, the only one for its contexts. A lookup costs one line,
  /// which can be asked for ahead of time.
  private let lines: OwnedBuffer<UInt8>
  /// One: what kernels work on.
  private let state: OwnedBuffer<fsc_contexts>
  /// [modes][contexts][256]: what each history means, as `AdaptiveProbability`.
  private let meanings: OwnedBuffer<UInt32>
  /// The same, stretched.
  private let stretched: OwnedBuffer<Int16>
  /// What contexts know beforehand.
  private let prior: Prior?
  /// A bit for each `PriorContext` that is asked about.
  private var asksPrior: UInt32 = 0
  private var places: ContextPlaces

  private var lane = 0
  private var mode = ContentMode.text

  struct Sizes {
    let lineCount: Int
    let lines: BufferSize<UInt8>
    let state: BufferSize<fsc_contexts>
    let meanings: BufferSize<UInt32>
    let stretched: BufferSize<Int16>
    let places: ContextPlaces.Sizes

    init(_ layout: LaneLayout, plan: MixPlan) {
      // Room for what a block's contexts can fill, up to what the plan allows.
      var most = 256
      while most < plan.mostLines && most < layout.byteCount * plan.contexts.count / 4 { most *= 2 }
      lineCount = min(most, plan.mostLines)
      lines = BufferSize(lineCount * Int(FSC_LINE_BYTES))
      state = BufferSize(1)
      meanings = BufferSize(plan.modeCount * plan.contexts.count * 256)
      stretched = BufferSize(meanings.count)
      places = ContextPlaces.Sizes(laneCount: layout.laneCount, plan: plan)
    }

    var byteCount: Int {
      lines.byteCount + state.byteCount + meanings.byteCount + stretched.byteCount
        + places.byteCount
    }
  }

  /// - Parameter parameters: hold the initial meanings.
  init(lanes: borrowing Lanes, parameters: InitialParameters) {
    let plan = parameters.plan
    let sizes = Sizes(lanes.history.layout, plan: plan)
    contextCount = plan.contexts.count
    lines = OwnedBuffer(sizes.lines)
    state = OwnedBuffer(sizes.state)
    meanings = OwnedBuffer(sizes.meanings)
    stretched = OwnedBuffer(sizes.stretched)
    prior = parameters.prior
    let regions = SlotRegions(
      lines: lines.base, lineCount: sizes.lineCount, laneCount: lanes.count,
      hasLocal: plan.usesNetwork)
    places = ContextPlaces(regions: regions, lanes: lanes, plan: plan)
    for (i, probability) in parameters.meanings.enumerated() {
      let meaning = AdaptiveProbability(probability: probability, count: Self.initialWeight)
      meanings[i] = meaning.bits
      // State 0 says nothing.
      stretched[i] = i & 255 == 0 ? 0 : LogisticTables.shared.stretch(meaning.coarse)
    }
    state[0] = fsc_contexts()
    state.base.pointee.count = Int32(contextCount)
    state.base.pointee.limit = Self.adaptationLimit
    state.base.pointee.lines = lines.base
    state.base.pointee.meanings = meanings.base
    state.base.pointee.stretched = stretched.base
    state.base.pointee.stretches = UnsafePointer(LogisticTables.shared.stretches)
    state.base.pointee.next = UnsafePointer(BitHistory.shared.next)
    state.base.pointee.totals = UnsafePointer(BitHistory.shared.total)
    state.base.pointee.reciprocals = UnsafePointer(Reciprocals.shared.values)
    if let prior { ask(prior, contexts: plan.contexts) }
  }

  private mutating func ask(_ prior: Prior, contexts: [ContextKind]) {
    state.base.pointee.prior = prior.table
    withUnsafeMutableBytes(of: &state.base.pointee.prior_contexts) { numbers in
      for (context, kind) in contexts.enumerated() {
        guard let known = kind.prior else { continue }
        state.base.pointee.has_prior |= 1 << UInt32(context)
        numbers[context] = UInt8(known.rawValue)
      }
    }
    for case let known? in contexts.map({ $0.prior }) { asksPrior |= 1 << UInt32(known.rawValue) }
  }

  /// What histories mean, with how many bits have shown it, for training.
  func learned() -> [LearnedParameter] {
    meanings.contents.map {
      AdaptiveProbability(bits: $0).learned(initialWeight: Self.initialWeight)
    }
  }

  @inline(__always)
  mutating func beginByte(_ lane: Int, lanes: borrowing Lanes) {
    self.lane = lane
    mode = lanes.mode(lane)
    let firstMeaning = mode.rawValue &* contextCount &* 256
    state.base.pointee.meanings = meanings.base + firstMeaning
    state.base.pointee.stretched = stretched.base + firstMeaning
    state.base.pointee.first_nibble = 0
    if prior != nil { takePriorHashes(lane) }
    fsc_contexts_find(state.base, places.first(lane))
  }

  @inline(__always)
  private func takePriorHashes(_ lane: Int) {
    let hashes = places.priorHashes(lane)
    state.base.pointee.prior_hashes = (hashes[0], hashes[1], hashes[2], hashes[3])
    state.base.pointee.prior_known = 0
  }

  /// Adds somebody else's prediction after those of the contexts, for the next bit.
  ///
  /// - Parameter number: 0 and more, as far as there is room.
  @inline(__always)
  func setPrediction(beyond number: Int, _ value: Int16) {
    fsc_contexts_predictions(state.base)[contextCount &+ number] = value
  }

  /// Finds the slots of the second nibble, whose places have been made.
  ///
  /// - Parameter partial: the first nibble after a leading 1.
  @inline(__always)
  mutating func beginSecondNibble(partial: Int) {
    state.base.pointee.first_nibble = UInt32(truncatingIfNeeded: partial)
    fsc_contexts_find(state.base, places.second(partial: partial))
  }

  /// Hands the contexts to kernels, for as long as this is.
  func give(to bits: UnsafeMutablePointer<fsc_bits>) { bits.pointee.contexts = state.base }

  /// - Parameter lanes: with the byte already in them.
  @inline(__always)
  mutating func endByte(lanes: borrowing Lanes) {
    places.endByte(lane, lanes: lanes)
    // With more lanes they are asked for when it is this one's turn again.
    if lanes.count == 1 { prefetchFirst() }
  }

  /// Makes the places of the lane's next byte, and asks for them, while that before is at hand.
  @inline(__always)
  mutating func anticipate(lanes: borrowing Lanes) {
    places.make(lane, lanes: lanes)
    prefetchFirst()
  }

  @inline(__always)
  private func prefetchFirst() {
    for fourth in 0..<4 { prefetchFirstNibble(0, fourth: fourth) }
    prefetchPrior(0)
  }
}

// MARK: Asking for memory

extension ContextStates {
  /// Asks for a fourth of the lines of the first nibble of a lane's next byte.
  @inline(__always)
  func prefetchFirstNibble(_ lane: Int, fourth: Int) {
    prefetch(places.first(lane), fourth: fourth)
  }

  /// Makes the places of the byte's second nibble.
  ///
  /// - Parameter partial: the first nibble after a leading 1; or both that it can be may be prepared.
  @inline(__always)
  func prepareSecondNibble(partial: Int) {
    places.prepareSecond(lane, mode: mode, partial: partial)
  }

  /// Asks for a fourth of the lines of the byte's second nibble, which is prepared.
  @inline(__always)
  func prefetchSecondNibble(partial: Int, fourth: Int) {
    prefetch(places.second(partial: partial), fourth: fourth)
  }

  @inline(__always)
  private func prefetch(_ places: UnsafeMutablePointer<UInt64>, fourth: Int) {
    let first = contextCount &* fourth >> 2
    for context in first..<(contextCount &* (fourth &+ 1) >> 2) {
      fsc_contexts_prefetch(state.base, places[context])
    }
  }

  /// Asks for what the prior has for a lane's next byte.
  @inline(__always)
  func prefetchPrior(_ lane: Int) {
    if prior == nil { return }
    let hashes = places.priorHashes(lane)
    for context in 0..<PriorContext.count where asksPrior >> UInt32(context) & 1 != 0 {
      fsc_prefetch(fsc_prior_line(&state.base.pointee.prior, hashes[context]))
    }
  }
}
