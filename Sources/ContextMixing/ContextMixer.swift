import CMixingKernels
import EntropyCoding
import Platform

/// Finds the probability of each bit of a block from what the network and the block itself suggest.
///
/// For each bit, the networks' probabilities, those of match models and those of the contexts are
/// mixed into one, with weights that learn which of them to believe. All that is learned is shared by
/// the lanes of the block and starts anew with each block. Encoder and decoder do the same
/// arithmetic, all of it in integers, on bytes that both know, so that they always agree.
///
/// Bytes have to come in the order in which lanes step (`LaneLayout.walk`).
package struct ContextMixer: ~Copyable {
  private let networkCount: Int
  private let hasModes: Bool
  private let usesExpected: Bool
  private let usesSymbol: Bool
  private let tables = LogisticTables.shared
  private let predict: @convention(c) (UnsafeMutablePointer<fsc_bits>?) -> UInt32
  private let update: @convention(c) (UnsafeMutablePointer<fsc_bits>?, Int32) -> Void

  private let canAnticipate: Bool
  /// The byte that is taken for the one at hand; 256 for none.
  private var anticipated = 256

  var lanes: Lanes
  var contexts: ContextStates
  var matches: MatchModels
  var mixers: MixerNetwork
  private let maps: AdaptiveMaps
  /// One: what kernels work on.
  let state: OwnedBuffer<fsc_bits>

  /// - Parameters:
  ///   - layout: of a block of 1...2^31 bytes in 1...256 lanes.
  ///   - parameters: what to begin with.
  ///   - kernels: change speed and nothing else.
  package init(
    _ layout: LaneLayout, parameters: InitialParameters,
    kernels: MixingKernels = MixingKernels.current
  ) {
    let plan = parameters.plan
    networkCount = plan.networkCount
    hasModes = plan.modeCount > 1
    usesExpected = plan.selectors.contains(.expected)
    usesSymbol = plan.selectors.contains(.symbol) || plan.selectors.contains(.symbolAndMatch)
    state = OwnedBuffer(Self.stateSize)
    state[0] = fsc_bits()
    lanes = Lanes(layout, plan: plan)
    canAnticipate = lanes.canAnticipate && !plan.usesNetwork
    contexts = ContextStates(lanes: lanes, parameters: parameters)
    matches = MatchModels(layout, parameters: parameters, bits: state.base)
    mixers = MixerNetwork(laneCount: layout.laneCount, parameters: parameters)
    maps = AdaptiveMaps(layout, plan: plan)
    contexts.give(to: state.base)
    mixers.give(to: state.base)
    maps.give(to: state.base)
    state.base.pointee.uses_network = plan.usesNetwork ? 1 : 0
    let isNarrow = kernels.knowsNarrow && fsc_bits_are_narrow(state.base) != 0
    let table = kernels.table.pointee
    predict = isNarrow ? table.predict_narrow : table.predict
    update = isNarrow ? table.update_narrow : table.update
    state.base.pointee.refines = plan.refined.number
    state.base.pointee.least_error = plan.leastError
    fsc_bits_inputs(state.base)[Int(FSC_INPUT_BIAS)] = Int16(FSC_BIAS)
  }

  private static let stateSize = BufferSize<fsc_bits>(1)

  /// Memory for a block, in bytes.
  package static func memory(_ layout: LaneLayout, parameters: InitialParameters) -> Int {
    let plan = parameters.plan
    return Lanes.Sizes(layout, plan: plan).byteCount
      + ContextStates.Sizes(layout, plan: plan).byteCount
      + MatchModels.Sizes(layout, plan: plan).byteCount
      + MixerNetwork.Sizes(laneCount: layout.laneCount, plan: plan).byteCount
      + AdaptiveMaps.Sizes(layout, plan: plan).byteCount + stateSize.byteCount
  }

  /// What the initial parameters have become, in their order: for training.
  package func learned() -> [LearnedParameter] {
    contexts.learned() + matches.learned() + mixers.learned()
  }

  // MARK: A byte

  /// Codes a lane's next byte.
  ///
  /// - Parameter trees: the networks' frequencies for the byte, as `LanePredictor` has them; not
  ///   looked at by a mix without the network, and never nil for one with it.
  package mutating func encode(
    _ byte: UInt8, lane: Int, trees: UnsafePointer<UInt32>?, to encoder: inout ArithmeticEncoder
  ) {
    _ = take(lane: lane, trees: trees, known: byte) { bit, probability in
      encoder.encode(bit == 1, probability: probability)
      return bit
    }
  }

  /// Decodes a lane's next byte. `trees` is as in `encode`.
  package mutating func decodeByte(
    lane: Int, trees: UnsafePointer<UInt32>?, from decoder: inout ArithmeticDecoder
  ) -> UInt8 {
    take(lane: lane, trees: trees, known: nil) { _, probability in
      decoder.decodeBit(probability: probability) ? 1 : 0
    }
  }

  /// Learns a lane's next byte without coding it.
  ///
  /// - Parameter report: takes the probability of each bit that came, in units of 2^-22,
  ///   1 ... 2^22 - 1.
  package mutating func learn(
    _ byte: UInt8, lane: Int, trees: UnsafePointer<UInt32>?, report: (UInt64) -> Void
  ) {
    _ = take(lane: lane, trees: trees, known: byte) { bit, probability in
      report(bit == 1 ? probability : Probability.one - probability)
      return bit
    }
  }

  /// Takes a lane's next byte in, known or not, and shows all that is thought of its bits.
  ///
  /// - Parameters:
  ///   - trees: as in `encode`.
  ///   - known: the byte, where it is known.
  ///   - bit: is given each bit of the known byte (else 0) and what is thought of it, and returns the
  ///     bit.
  package mutating func observe(
    lane: Int, trees: UnsafePointer<UInt32>?, known: UInt8?, bit: (Int, MixedBit) -> Int
  ) -> UInt8 {
    let (state, mode) = (state.base, lanes.mode(lane))
    return take(lane: lane, trees: trees, known: known) { next, probability in
      bit(next, MixedBit(state: state, mode: mode, probability: probability))
    }
  }

  /// Goes through the bits of a lane's next byte.
  ///
  /// - Parameters:
  ///   - known: the byte, where it is known.
  ///   - bit: is given each bit of the known byte (else 0) and the probability of a 1, and returns
  ///     the bit.
  @inline(__always)
  private mutating func take(
    lane: Int, trees: UnsafePointer<UInt32>?, known: UInt8?, bit: (Int, UInt64) -> Int
  ) -> UInt8 {
    beginByte(lane: lane, trees: trees)
    if let known { contexts.prepareSecondNibble(partial: Int(known) >> 4 | 16) }
    for position in 0..<8 {
      if position == 4 { contexts.beginSecondNibble(partial: partial) }
      prefetch(lane: lane, bitPosition: position, known: known)
      if known == nil && position == 3 { prepareSecondNibbles(partial: partial) }
      if networkCount > 0, let trees { takeNetworks(trees) }
      if canAnticipate && known != nil && position == 7 { matches.prefetchHistory(0, lanes: lanes) }
      let probability = UInt64(predict(state.base))
      if canAnticipate && position == (known == nil ? 7 : 4) {
        let likely = partial << 1 | (probability >> 21 == 0 ? 0 : 1)
        anticipate(known ?? UInt8(truncatingIfNeeded: likely))
      }
      let next = Int((known ?? 0) &>> UInt8(truncatingIfNeeded: 7 &- position)) & 1
      update(state.base, Int32(truncatingIfNeeded: bit(next, probability)))
    }
    return endByte(lane: lane)
  }

  /// The bits of the byte so far after a leading 1.
  @inline(__always)
  private var partial: Int { Int(state.base.pointee.partial) }

  @inline(__always)
  private mutating func beginByte(lane: Int, trees: UnsafePointer<UInt32>?) {
    contexts.beginByte(lane, lanes: lanes)
    if hasModes { mixers.use(lanes.mode(lane)) }
    matches.beginByte(lane, lanes: lanes)
    let bits = state.base
    bits.pointee.lane = UInt32(truncatingIfNeeded: lane)
    bits.pointee.last_two = UInt32(truncatingIfNeeded: lanes.lastTwo(lane))
    if usesSymbol { bits.pointee.symbol = lanes.symbolKind(lane) }
    if usesExpected, networkCount > 0, let trees {
      bits.pointee.expected = UInt32(truncatingIfNeeded: Self.expected(trees))
    }
    fsc_bits_begin_byte(bits)
  }

  /// The byte that a network expects most, after a leading 1: always the likelier half.
  @inline(__always)
  private static func expected(_ tree: UnsafePointer<UInt32>) -> Int {
    var node = 1
    while node < 256 { node = 2 &* node &+ (tree[2 &* node &+ 1] > tree[2 &* node] ? 1 : 0) }
    return node
  }

  @inline(__always)
  private mutating func endByte(lane: Int) -> UInt8 {
    let byte = UInt8(truncatingIfNeeded: state.base.pointee.partial)
    let position: Int
    if anticipated == Int(byte) {
      position = lanes.appendAnticipated(byte, lane: lane)
    } else {
      if anticipated < 256 { lanes.retract(lane: lane) }
      position = lanes.append(byte, lane: lane)
      contexts.endByte(lanes: lanes)
    }
    anticipated = 256
    matches.endByte(byte, lane: lane, position: position, lanes: lanes)
    return byte
  }

  @inline(__always)
  private mutating func anticipate(_ byte: UInt8) {
    anticipated = Int(byte)
    lanes.anticipate(byte, lane: 0)
    contexts.anticipate(lanes: lanes)
    matches.anticipate(0, lanes: lanes)
  }

  /// Makes inputs of what the networks say of the next bit: each of its own, and their mean.
  @inline(__always)
  private func takeNetworks(_ trees: UnsafePointer<UInt32>) {
    let partial = partial
    var sum: Int32 = 0
    for network in 0..<networkCount {
      let tree = trees + 512 &* network
      let probability = Probability.ofOne(tree[2 &* partial &+ 1], outOf: tree[partial])
      let stretched = tables.stretchPrecisely(UInt32(truncatingIfNeeded: probability))
      let input = Int16(truncatingIfNeeded: stretched)
      if network == 0 {
        fsc_bits_inputs(state.base)[MixerInputs.network] = input
      } else {
        contexts.setPrediction(beyond: network &- 1, input)
      }
      sum &+= stretched
    }
    let mean = networkCount == 1 ? sum : sum / Int32(truncatingIfNeeded: networkCount)
    state.base.pointee.network = mean
    state.base.pointee.certainty = UInt32(min(mean.magnitude >> 7, 15))
  }
}
