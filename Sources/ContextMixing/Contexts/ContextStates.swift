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
  private let kernels: fsc_mixing_kernels
  /// Lines of slots: a cache line each, the only one for its contexts. A lookup costs one line,
  /// which can be asked for ahead of time.
  private let lines: OwnedBuffer<UInt8>
  /// One: what kernels work on.
  private let state: OwnedBuffer<fsc_contexts>
  /// [modes][contexts][256]: what each history means, as `AdaptiveProbability`.
  private let meanings: OwnedBuffer<UInt32>
  private var places: ContextPlaces

  private var lane = 0
  /// The bits of the nibble so far after a leading 1, 1...15.
  private var nibble = 1
  private var mode = ContentMode.text

  struct Sizes {
    let lineCount: Int
    let lines: BufferSize<UInt8>
    let state: BufferSize<fsc_contexts>
    let meanings: BufferSize<UInt32>
    let places: ContextPlaces.Sizes

    init(_ layout: LaneLayout, plan: MixPlan) {
      // Room for what a block's contexts can fill, up to what the plan allows.
      var most = 256
      while most < plan.mostLines && most < layout.byteCount * plan.contexts.count / 4 { most *= 2 }
      lineCount = min(most, plan.mostLines)
      lines = BufferSize(lineCount * Int(FSC_LINE_BYTES))
      state = BufferSize(1)
      meanings = BufferSize(plan.modeCount * plan.contexts.count * 256)
      places = ContextPlaces.Sizes(laneCount: layout.laneCount, plan: plan)
    }

    var byteCount: Int {
      lines.byteCount + state.byteCount + meanings.byteCount + places.byteCount
    }
  }

  /// - Parameter parameters: hold the initial meanings.
  init(lanes: borrowing Lanes, parameters: InitialParameters) {
    let plan = parameters.plan
    let sizes = Sizes(lanes.history.layout, plan: plan)
    contextCount = plan.contexts.count
    kernels = MixingKernels.current.table.pointee
    lines = OwnedBuffer(sizes.lines)
    state = OwnedBuffer(sizes.state)
    meanings = OwnedBuffer(sizes.meanings)
    let regions = SlotRegions(
      lines: lines.base, lineCount: sizes.lineCount, laneCount: lanes.count,
      hasLocal: plan.usesNetwork)
    places = ContextPlaces(regions: regions, lanes: lanes, plan: plan)
    for (i, probability) in parameters.meanings.enumerated() {
      meanings[i] = AdaptiveProbability(probability: probability, count: Self.initialWeight).bits
    }
    state[0] = fsc_contexts()
    state.base.pointee.count = Int32(contextCount)
    state.base.pointee.limit = Self.adaptationLimit
    state.base.pointee.lines = lines.base
    state.base.pointee.meanings = meanings.base
    state.base.pointee.stretches = UnsafePointer(LogisticTables.shared.stretches)
    state.base.pointee.next = UnsafePointer(BitHistory.shared.next)
    state.base.pointee.totals = UnsafePointer(BitHistory.shared.total)
    state.base.pointee.reciprocals = UnsafePointer(Reciprocals.shared.values)
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
    nibble = 1
    places.beginByte()
    mode = lanes.mode(lane)
    state.base.pointee.meanings = meanings.base + mode.rawValue &* contextCount &* 256
    kernels.find(state.base, places.first(lane))
  }

  /// Makes a stretched prediction for each context; 0 for those that have not been seen.
  ///
  /// - Returns: how many have been seen.
  @inline(__always)
  func predict() -> Int {
    Int(kernels.predict(state.base, Int32(truncatingIfNeeded: nibble)))
  }

  /// What `predict` has made: `FSC_MOST_CONTEXTS` numbers, 0 for contexts that there are not.
  @inline(__always)
  var predictions: UnsafeMutablePointer<Int16> {
    UnsafeMutableRawPointer(state.base).assumingMemoryBound(to: Int16.self)
  }

  /// Adds somebody else's prediction after those of the contexts, until the next `predict`.
  ///
  /// - Parameter number: 0 and more, as far as there is room.
  @inline(__always)
  func setPrediction(beyond number: Int, _ value: Int16) {
    predictions[contextCount &+ number] = value
  }

  /// - Parameter partial: the bits of the byte so far, this one included, after a leading 1.
  @inline(__always)
  mutating func update(bit: Int, partial: Int) {
    kernels.update(
      state.base, Int32(truncatingIfNeeded: nibble), Int32(truncatingIfNeeded: bit))
    nibble = nibble << 1 | bit
    if partial >= 16 && partial < 32 { beginSecondNibble(partial: partial) }
  }

  @inline(__always)
  private mutating func beginSecondNibble(partial: Int) {
    nibble = 1
    if places.preparedPartial != partial { prepareSecondNibble(partial: partial) }
    kernels.find(state.base, places.second.base)
  }

  /// - Parameter lanes: with the byte already in them.
  @inline(__always)
  mutating func endByte(lanes: borrowing Lanes) {
    places.endByte(lane, lanes: lanes)
    // With more lanes they are asked for when it is this one's turn again.
    if lanes.count == 1 { for fourth in 0..<4 { prefetchFirstNibble(0, fourth: fourth) } }
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
  /// - Parameter partial: the first nibble after a leading 1, or a guess at it.
  @inline(__always)
  mutating func prepareSecondNibble(partial: Int) {
    places.prepareSecond(lane, mode: mode, partial: partial)
  }

  /// Asks for a fourth of the lines of the byte's second nibble, which is prepared.
  @inline(__always)
  func prefetchSecondNibble(fourth: Int) { prefetch(places.second.base, fourth: fourth) }

  @inline(__always)
  private func prefetch(_ places: UnsafeMutablePointer<UInt64>, fourth: Int) {
    let first = contextCount &* fourth >> 2
    for context in first..<(contextCount &* (fourth &+ 1) >> 2) {
      fsc_contexts_prefetch(state.base, places[context])
    }
  }
}
