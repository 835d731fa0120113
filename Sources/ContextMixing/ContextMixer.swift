import CMixingKernels
import EntropyCoding

/// Codes the bytes of a block with the probabilities that the network and the block itself suggest.
///
/// For each bit, the network's probability, a match model's and those of the contexts are mixed
/// into one, with weights that learn which of them to believe. All that is learned is shared by the
/// lanes of the block and starts anew with each block. Encoder and decoder do the same arithmetic,
/// all of it in integers, on bytes that both know, so that they always agree.
///
/// Bytes have to come in the order in which lanes step: byte t of every lane that has one, lane 0
/// first, before byte t + 1 of any.
package struct ContextMixer: ~Copyable {
  // Where the inputs of the mixers are: eight of several kinds, then the contexts.
  static let networkInput = 0
  static let matchInput = 1
  static let contextInput = 8

  /// Rounded up to what mixers take.
  static func inputCount(_ plan: ModelPlan) -> Int {
    (contextInput + plan.kinds.count + 15) / 16 * 16
  }

  /// Final probabilities stay so far from 0 and 1, in units of 2^-22.
  private static let leastProbability: Int32 = 32

  private let tables: LogisticTables
  private let history: BlockHistory
  private var contexts: ContextModels
  private var match: MatchModel
  private var secondMatch: MatchModel?
  private var mixers: MixerNetwork
  /// The network's probability refined by the last byte, and by the byte that the match expects.
  private var networkByOrder1: AdaptiveMap
  private var networkByMatch: AdaptiveMap
  /// The mixed probability refined by the last two bytes, and by the last.
  private var mixedByOrder2: AdaptiveMap
  private var mixedByOrder1: AdaptiveMap
  private let usesNetwork: Bool
  private let plan: ModelPlan
  private let numbers: MixerNumbers

  // The byte at hand.
  private var lane = 0
  private var lastTwo = 0
  private var partial = 1
  private var bitPosition = 0
  /// The byte that the network expects most, after a leading 1.
  private var expected = 0
  /// The match's strength for which weights were chosen; -1 before the first bit.
  private var chosenStrength = -1

  /// - Parameters:
  ///   - byteCount: of the block, 1...2^31.
  ///   - laneCount: 1...256 and at most `byteCount`. Lane i has `byteCount / laneCount` bytes, and
  ///     one more if i < `byteCount % laneCount`.
  ///   - models: the context models that take part.
  ///   - usesNetwork: whether each byte comes with the network's frequencies.
  package init(
    byteCount: Int, laneCount: Int, models: ModelSet = .standard, usesNetwork: Bool = true
  ) {
    self.init(
      byteCount: byteCount, laneCount: laneCount, usesNetwork: usesNetwork,
      parameters: InitialParameters(models: models, usesNetwork: usesNetwork))
  }

  /// With other parameters to begin with than the program's own: for training them.
  package init(
    byteCount: Int, laneCount: Int, usesNetwork: Bool, parameters: InitialParameters
  ) {
    let plan = parameters.plan
    self.plan = plan
    self.usesNetwork = usesNetwork
    tables = .shared
    history = BlockHistory(byteCount: byteCount, laneCount: laneCount)
    contexts = ContextModels(
      byteCount: byteCount, history: history, usesNetwork: usesNetwork, parameters: parameters)
    func confidences(_ match: Int) -> ArraySlice<UInt16> {
      parameters.values[parameters.confidences(match)...].prefix(MatchModel.confidenceCount)
    }
    match = MatchModel(
      byteCount: byteCount, laneCount: laneCount, minimumLength: 5,
      mostTableBits: plan.mostMatchBits, initial: confidences(0))
    secondMatch =
      plan.hasSecondMatch
      ? MatchModel(
        byteCount: byteCount, laneCount: laneCount, minimumLength: 8,
        mostTableBits: plan.mostMatchBits, initial: confidences(1))
      : nil
    mixers = MixerNetwork(laneCount: laneCount, parameters: parameters)
    let bits = Self.mapBits(byteCount: byteCount)
    networkByOrder1 = AdaptiveMap(contextBits: bits, tables: tables)
    networkByMatch = AdaptiveMap(contextBits: bits, tables: tables)
    mixedByOrder2 = AdaptiveMap(contextBits: min(bits, 14), tables: tables)
    mixedByOrder1 = AdaptiveMap(contextBits: bits, tables: tables)
    numbers = MixerNumbers(plan.selectors)
  }

  /// Contexts of an adaptive map, as a power of two: no more than a block can teach.
  private static func mapBits(byteCount: Int) -> Int {
    var bits = 12
    while bits < 16 && 1 << bits < byteCount { bits += 1 }
    return bits
  }

  /// An upper bound of the memory that a block takes, in bytes.
  package static func memory(
    byteCount: Int, laneCount: Int, models: ModelSet = .standard
  ) -> Int {
    [true, false].map { usesNetwork in
      let plan = ModelPlan(models: models, usesNetwork: usesNetwork)
      return byteCount + 16 * (laneCount + 1)
        + ContextModels.memory(byteCount: byteCount, laneCount: laneCount, plan: plan)
        + plan.matchCount
        * MatchModel.memory(
          byteCount: byteCount, laneCount: laneCount, mostTableBits: plan.mostMatchBits)
        + MixerNetwork.memory(plan: plan, laneCount: laneCount)
        + 4 * AdaptiveMap.memory(contextBits: mapBits(byteCount: byteCount))
    }.max()! + fixedMemory
  }

  /// Tables that all mixers share, parameters and odds and ends, roughly.
  private static let fixedMemory = 256 << 10

  /// What the initial parameters have become, in their order: for training.
  package func learned() -> [LearnedParameter] {
    contexts.learned() + match.learned() + (secondMatch?.learned() ?? []) + mixers.learned()
  }

  /// Codes a lane's next byte.
  ///
  /// - Parameter tree: the network's frequencies, as in `ArithmeticEncoder.encode(_:tree:)`; not
  ///   looked at by a mixer without the network, and never nil for one with it.
  package mutating func encode(
    _ byte: UInt8, lane: Int, tree: UnsafePointer<UInt32>?, to encoder: inout ArithmeticEncoder
  ) {
    beginByte(lane: lane, tree: tree)
    var rest = byte
    contexts.prepareSecondNibble(partial: Int(byte) >> 4 | 16)
    while bitPosition < 8 {
      prefetch()
      let probability = predict(networkProbability(tree))
      let bit = Int(rest >> 7)
      encoder.encode(bit == 1, probability: probability)
      update(bit: bit)
      rest <<= 1
    }
    endByte()
  }

  /// Decodes a lane's next byte. `tree` is as in `encode`.
  package mutating func decodeByte(
    lane: Int, tree: UnsafePointer<UInt32>?, from decoder: inout ArithmeticDecoder
  ) -> UInt8 {
    beginByte(lane: lane, tree: tree)
    while bitPosition < 8 {
      prefetchNextLane()
      let probability = predict(networkProbability(tree))
      if bitPosition == 3 { prefetchLikely(probability) }
      update(bit: decoder.decodeBit(probability: probability) ? 1 : 0)
    }
    return endByte()
  }

  /// Asks for memory, a little with each bit, when the byte is known beforehand.
  @inline(__always)
  private func prefetch() {
    if bitPosition < 4 { contexts.prefetchSecondNibble(fourth: bitPosition) }
    prefetchNextLane()
  }

  /// Asks for what the next lane's byte begins with, a little with each bit of this one: memory
  /// takes only so many requests at a time.
  @inline(__always)
  private func prefetchNextLane() {
    let next = lane &+ 1 == history.laneCount ? 0 : lane &+ 1
    if next == lane { return }
    switch bitPosition {
    case 0:
      match.prefetchEntry(lane: next)
      if plan.hasSecondMatch { secondMatch?.prefetchEntry(lane: next) }
    case 1:
      if let mixer = numbers.lastTwo {
        mixers.prefetch(mixer, set: Self.set(ofLastTwo: contexts.lastTwo(lane: next)))
      }
    case 2:
      if let mixer = numbers.lastByte {
        mixers.prefetch(mixer, set: contexts.lastTwo(lane: next) & 0xFF)
      }
    case 3:
      match.prefetchHistory(lane: next, history: history)
      if plan.hasSecondMatch { secondMatch?.prefetchHistory(lane: next, history: history) }
    default: contexts.prefetch(lane: next, fourth: bitPosition &- 4)
    }
  }

  /// Asks for the memory of the second nibble, before the last bit of the first is known.
  @inline(__always)
  private mutating func prefetchLikely(_ probability: UInt64) {
    contexts.prepareSecondNibble(partial: partial << 1 | (probability >> 21 == 0 ? 0 : 1))
    for fourth in 0..<4 { contexts.prefetchSecondNibble(fourth: fourth) }
  }

  /// Learns a lane's next byte without coding it, and reports the probability of a 1 for each bit.
  ///
  /// - Parameter report: takes probabilities in units of 2^-22, 1 ... 2^22 - 1.
  package mutating func learn(
    _ byte: UInt8, lane: Int, tree: UnsafePointer<UInt32>?, report: (UInt64) -> Void
  ) {
    beginByte(lane: lane, tree: tree)
    var rest = byte
    contexts.prepareSecondNibble(partial: Int(byte) >> 4 | 16)
    while bitPosition < 8 {
      prefetch()
      report(predict(networkProbability(tree)))
      update(bit: Int(rest >> 7))
      rest <<= 1
    }
    endByte()
  }

  @inline(__always)
  private func networkProbability(_ tree: UnsafePointer<UInt32>?) -> UInt32 {
    guard usesNetwork, let tree else { return 1 << 21 }
    return UInt32(
      truncatingIfNeeded: Probability.ofOne(tree[2 &* partial &+ 1], outOf: tree[partial]))
  }

  @inline(__always)
  private mutating func beginByte(lane: Int, tree: UnsafePointer<UInt32>?) {
    self.lane = lane
    partial = 1
    bitPosition = 0
    lastTwo = contexts.lastTwo(lane: lane)
    contexts.beginByte(lane: lane)
    if plan.modeCount > 1 { mixers.use(contexts.mode(lane: lane)) }
    match.beginByte(lane: lane, history: history)
    if plan.hasSecondMatch { secondMatch?.beginByte(lane: lane, history: history) }
    if usesNetwork, let tree {
      var node = 1
      while node < 256 { node = 2 &* node &+ (tree[2 &* node &+ 1] > tree[2 &* node] ? 1 : 0) }
      expected = node
    }
    chooseByteWeights()
    prefetchMaps()
  }

  /// The probability that the next bit is a 1, given the network's; both in units of 2^-22,
  /// 1 ... 2^22 - 1.
  @inline(__always)
  private mutating func predict(_ network: UInt32) -> UInt64 {
    let stretched = tables.stretchPrecisely(network)
    let seen = contexts.predict()
    let matched = match.predict(partial: partial, bitPosition: bitPosition, tables: tables)
    let longMatched =
      plan.hasSecondMatch
      ? secondMatch!.predict(partial: partial, bitPosition: bitPosition, tables: tables) : 0
    var byOrder1: Int16 = 0
    let order1 = order1Context
    if usesNetwork {
      let refined = networkByOrder1.refine(stretched << 4, context: order1)
      byOrder1 = tables.stretch(Int(refined >> 10))
    }
    let refined = networkByMatch.refine(stretched << 4, context: matchContext)
    let byMatch = tables.stretch(Int(refined >> 10))
    chooseBitWeights(certainty: Int(min(stretched.magnitude >> 7, 15)), seenContexts: min(seen, 15))
    let head = fsc_mixer_head(
      words: (
        Self.word(Int16(truncatingIfNeeded: stretched)) | UInt64(matched) << 16 | 256 << 48,
        Self.word(byOrder1) | Self.word(byMatch) << 16 | UInt64(longMatched) << 32
      ))
    let mixed = mixers.mix(head, contexts.predictions, partial: partial)
    let finalByOrder2 = mixedByOrder2.refine(mixed.stretched, context: order2Context)
    let finalByOrder1 = mixedByOrder1.refine(mixed.stretched, context: order1)
    let average = (2 &* mixed.probability &+ finalByOrder2 &+ finalByOrder1) >> 2
    let probability = min(
      max(average, Self.leastProbability), (1 << 22) - Self.leastProbability)
    return UInt64(truncatingIfNeeded: probability)
  }

  /// An input, in the lowest bits of a word.
  @inline(__always)
  private static func word(_ input: Int16) -> UInt64 { UInt64(UInt16(bitPattern: input)) }

  /// Chooses the weights that stay for all bits of a byte.
  @inline(__always)
  private mutating func chooseByteWeights() {
    chosenStrength = -1
    if let mixer = numbers.lastByte {
      mixers.choose(mixer, set: lastTwo & 0xFF, startingAs: 0)
    }
    if let mixer = numbers.lastTwo {
      mixers.choose(mixer, set: Self.set(ofLastTwo: lastTwo), startingAs: 0)
    }
  }

  /// Chooses the weights that a bit may change.
  @inline(__always)
  private mutating func chooseBitWeights(certainty: Int, seenContexts: Int) {
    if let mixer = numbers.partial {
      mixers.choose(mixer, set: partial, startingAs: bitPosition)
    }
    if let mixer = numbers.match, match.strength != chosenStrength {
      chosenStrength = match.strength
      mixers.choose(
        mixer, set: chosenStrength &* history.laneCount &+ lane, startingAs: chosenStrength)
    }
    if let mixer = numbers.certainty {
      // Without a network all is up to the bit position.
      let first = usesNetwork ? certainty : bitPosition
      mixers.choose(mixer, set: first &<< 4 | seenContexts, startingAs: first)
    }
    if let mixer = numbers.expected {
      let isPossible = expected &>> (8 &- bitPosition) == partial
      mixers.choose(mixer, set: isPossible ? expected : bitPosition, startingAs: 0)
    }
  }

  @inline(__always)
  private static func set(ofLastTwo lastTwo: Int) -> Int {
    let hash = (UInt64(truncatingIfNeeded: lastTwo) &* 0x9E37_79B9) >> 12
    return Int(truncatingIfNeeded: hash) & 4095
  }

  /// The lane's last byte and the bits of the byte so far.
  @inline(__always)
  private var order1Context: Int {
    AdaptiveMap.context(byte: lastTwo & 0xFF, partial: partial)
  }

  /// The byte that the match expects and the bits of the byte so far.
  @inline(__always)
  private var matchContext: Int {
    let expected = match.expectedByte(partial: partial, bitPosition: bitPosition)
    return AdaptiveMap.context(byte: expected, partial: partial)
  }

  /// The lane's last two bytes and the bits of the byte so far.
  @inline(__always)
  private var order2Context: Int {
    let pair = (UInt64(truncatingIfNeeded: lastTwo) &* 0x9E37_79B9) >> 8
    return (Int(truncatingIfNeeded: pair) ^ partial &* 0x9E35) & 0xFFFF
  }

  @inline(__always)
  private mutating func update(bit: Int) {
    match.update(bit: bit)
    if plan.hasSecondMatch { secondMatch?.update(bit: bit) }
    if usesNetwork { networkByOrder1.update(bit: bit) }
    networkByMatch.update(bit: bit)
    mixers.update(bit: bit)
    mixedByOrder2.update(bit: bit)
    mixedByOrder1.update(bit: bit)
    partial = partial << 1 | bit
    bitPosition &+= 1
    if partial < 256 { prefetchMaps() }
    contexts.update(bit: bit, partial: partial)
  }

  @inline(__always)
  private func prefetchMaps() {
    if usesNetwork { networkByOrder1.prefetch(order1Context) }
    networkByMatch.prefetch(matchContext)
    mixedByOrder1.prefetch(order1Context)
    mixedByOrder2.prefetch(order2Context)
  }

  @inline(__always) @discardableResult
  private mutating func endByte() -> UInt8 {
    let byte = UInt8(truncatingIfNeeded: partial)
    let position = history.append(byte, lane: lane)
    let recent = contexts.endByte(byte, history: history)
    match.endByte(byte, lane: lane, position: position, recent: recent, history: history)
    if plan.hasSecondMatch {
      secondMatch?.endByte(
        byte, lane: lane, position: position, recent: recent, history: history)
    }
    return byte
  }
}
