import CMixingKernels
import EntropyCoding

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
  private let tables = LogisticTables.shared

  var lanes: Lanes
  var contexts: ContextStates
  var matches: MatchModels
  var mixers: MixerNetwork
  private var networkMaps: NetworkMaps
  private var finalMaps: FinalMaps
  /// The byte and the bit at hand.
  private(set) var situation = MixingSituation()

  /// - Parameters:
  ///   - layout: of a block of 1...2^31 bytes in 1...256 lanes.
  ///   - parameters: what to begin with.
  package init(_ layout: LaneLayout, parameters: InitialParameters) {
    let plan = parameters.plan
    networkCount = plan.networkCount
    hasModes = plan.modeCount > 1
    usesExpected = plan.selectors.contains(.expected)
    lanes = Lanes(layout, plan: plan)
    contexts = ContextStates(lanes: lanes, parameters: parameters)
    matches = MatchModels(layout, parameters: parameters)
    mixers = MixerNetwork(laneCount: layout.laneCount, parameters: parameters)
    networkMaps = NetworkMaps(layout, usesNetwork: plan.usesNetwork)
    finalMaps = FinalMaps(layout)
  }

  /// Memory for a block, in bytes.
  package static func memory(_ layout: LaneLayout, parameters: InitialParameters) -> Int {
    let plan = parameters.plan
    return Lanes.Sizes(layout, plan: plan).byteCount
      + ContextStates.Sizes(layout, plan: plan).byteCount
      + MatchModels.Sizes(layout, plan: plan).byteCount
      + MixerNetwork.Sizes(laneCount: layout.laneCount, plan: plan).byteCount
      + NetworkMaps.Sizes(layout).byteCount + FinalMaps.Sizes(layout).byteCount
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
    while situation.partial < 256 {
      prefetch(isByteKnown: known != nil)
      let probability = predict(trees)
      if known == nil && situation.bitPosition == 3 { prefetchLikely(probability) }
      let next = Int((known ?? 0) &>> UInt8(truncatingIfNeeded: 7 &- situation.bitPosition)) & 1
      update(bit: bit(next, probability))
    }
    return endByte()
  }

  @inline(__always)
  private mutating func beginByte(lane: Int, trees: UnsafePointer<UInt32>?) {
    situation.lane = lane
    situation.partial = 1
    situation.bitPosition = 0
    situation.lastTwo = lanes.lastTwo(lane)
    contexts.beginByte(lane, lanes: lanes)
    if hasModes { mixers.use(lanes.mode(lane)) }
    matches.beginByte(lane, lanes: lanes)
    if usesExpected, networkCount > 0, let trees { situation.expected = Self.expected(trees) }
    mixers.chooseForByte(situation)
    prefetchMaps()
  }

  /// The byte that a network expects most, after a leading 1: always the likelier half.
  @inline(__always)
  private static func expected(_ tree: UnsafePointer<UInt32>) -> Int {
    var node = 1
    while node < 256 { node = 2 &* node &+ (tree[2 &* node &+ 1] > tree[2 &* node] ? 1 : 0) }
    return node
  }

  @inline(__always)
  private mutating func endByte() -> UInt8 {
    let byte = UInt8(truncatingIfNeeded: situation.partial)
    let position = lanes.append(byte, lane: situation.lane)
    contexts.endByte(lanes: lanes)
    matches.endByte(byte, lane: situation.lane, position: position, lanes: lanes)
    return byte
  }

  // MARK: A bit

  /// The probability that the next bit is a 1, in units of 2^-22, 1 ... 2^22 - 1.
  @inline(__always)
  private mutating func predict(_ trees: UnsafePointer<UInt32>?) -> UInt64 {
    var inputs = MixerInputs()
    situation.seenContexts = min(contexts.predict(), 15)
    let network = predict(trees, into: &inputs)
    matches.predict(
      partial: situation.partial, bitPosition: situation.bitPosition, into: &inputs)
    situation.matchStrength = matches.strength
    networkMaps.refine(network, networkContexts, into: &inputs)
    mixers.chooseForBit(situation)
    let mixed = mixers.mix(inputs, contexts.predictions, partial: situation.partial)
    return finalMaps.refine(mixed, finalContexts)
  }

  /// What the networks say: each as an input, and their mean, stretched in units of 1/256.
  @inline(__always)
  private mutating func predict(
    _ trees: UnsafePointer<UInt32>?, into inputs: inout MixerInputs
  ) -> Int32 {
    guard networkCount > 0, let trees else {
      situation.certainty = situation.bitPosition
      return 0
    }
    var sum: Int32 = 0
    for network in 0..<networkCount {
      let tree = trees + 512 &* network
      let probability = Probability.ofOne(
        tree[2 &* situation.partial &+ 1], outOf: tree[situation.partial])
      let stretched = tables.stretchPrecisely(UInt32(truncatingIfNeeded: probability))
      if network == 0 {
        inputs.set(.network, Int16(truncatingIfNeeded: stretched))
      } else {
        contexts.setPrediction(beyond: network &- 1, Int16(truncatingIfNeeded: stretched))
      }
      sum &+= stretched
    }
    let mean = networkCount == 1 ? sum : sum / Int32(truncatingIfNeeded: networkCount)
    situation.certainty = Int(min(mean.magnitude >> 7, 15))
    return mean
  }

  @inline(__always)
  private mutating func update(bit: Int) {
    matches.update(bit: bit)
    networkMaps.update(bit: bit)
    mixers.update(bit: bit)
    finalMaps.update(bit: bit)
    situation.partial = situation.partial << 1 | bit
    situation.bitPosition &+= 1
    if situation.partial < 256 { prefetchMaps() }
    contexts.update(bit: bit, partial: situation.partial)
  }

  @inline(__always)
  private var networkContexts: NetworkMaps.Contexts {
    NetworkMaps.Contexts(
      lastByte: situation.lastTwo & 0xFF,
      expected: matches.expectedByte(
        partial: situation.partial, bitPosition: situation.bitPosition),
      partial: situation.partial)
  }

  @inline(__always)
  private var finalContexts: FinalMaps.Contexts {
    FinalMaps.Contexts(lastTwo: situation.lastTwo, partial: situation.partial)
  }

  @inline(__always)
  private mutating func prefetchMaps() {
    networkMaps.prefetch(networkContexts)
    finalMaps.prefetch(finalContexts)
  }
}
