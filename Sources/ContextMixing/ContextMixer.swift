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
  private static let matchInput = 1
  private static let biasInput = 3
  private static let contextInput = 4
  /// Rounded up to what mixers take.
  private static let inputCount = (contextInput + ContextModels.inputCount + 7) / 8 * 8
  private static let refinementContexts = 8192
  /// Final probabilities stay so far from 0 and 1, in units of 2^-22.
  private static let leastProbability: Int32 = 32

  private let tables: LogisticTables
  private let inputs: UnsafeMutablePointer<Int16>
  private let history: BlockHistory
  private var contexts: ContextModels
  private var match: MatchModel
  private var mixers: MixerNetwork
  private var refinement: AdaptiveMap

  // The byte at hand.
  private var lane = 0
  private var lastTwo = 0
  private var partial = 1
  private var bitPosition = 0

  /// - Parameters:
  ///   - byteCount: of the block, 1...2^31.
  ///   - laneCount: 1...256 and at most `byteCount`. Lane i has `byteCount / laneCount` bytes, and
  ///     one more if i < `byteCount % laneCount`.
  ///   - models: the context models that take part.
  ///   - usesNetwork: whether each byte comes with the network's frequencies.
  package init(
    byteCount: Int, laneCount: Int, models: ModelSet = .standard, usesNetwork: Bool = true
  ) {
    tables = .shared
    inputs = UnsafeMutableRawPointer.allocate(byteCount: 2 * Self.inputCount, alignment: 64)
      .bindMemory(to: Int16.self, capacity: Self.inputCount)
    inputs.initialize(repeating: 0, count: Self.inputCount)
    history = BlockHistory(byteCount: byteCount, laneCount: laneCount)
    contexts = ContextModels(byteCount: byteCount, history: history)
    match = MatchModel(byteCount: byteCount, laneCount: laneCount)
    // The network alone is a good start; what else there is knows little at first.
    var weights = [Int16](repeating: 0, count: Self.inputCount)
    weights[0] = Int16(Mixer.one)
    weights[Self.matchInput] = 600
    for i in 0..<ContextModels.inputCount { weights[Self.contextInput + i] = 150 }
    mixers = MixerNetwork(inputs: inputs, initialWeights: weights)
    refinement = AdaptiveMap(contextCount: Self.refinementContexts, rate: 6, tables: tables)
  }

  deinit { inputs.deallocate() }

  /// The memory that a block takes, in bytes.
  package static func memory(
    byteCount: Int, laneCount: Int, models: ModelSet = .standard
  ) -> Int {
    byteCount
      + ContextModels.memory(byteCount: byteCount, laneCount: laneCount)
      + MatchModel.memory(byteCount: byteCount, laneCount: laneCount)
      + fixedMemory
  }

  /// Mixers, maps and tables, roughly.
  private static let fixedMemory = 2 << 20

  /// Codes a lane's next byte.
  ///
  /// - Parameter tree: the network's frequencies, as in `ArithmeticEncoder.encode(_:tree:)`; not
  ///   looked at by a mixer without the network, and never nil for one with it.
  package mutating func encode(
    _ byte: UInt8, lane: Int, tree: UnsafePointer<UInt32>?, to encoder: inout ArithmeticEncoder
  ) {
    beginByte(lane: lane)
    var rest = byte
    while bitPosition < 8 {
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
    beginByte(lane: lane)
    while bitPosition < 8 {
      let probability = predict(networkProbability(tree))
      update(bit: decoder.decodeBit(probability: probability) ? 1 : 0)
    }
    return endByte()
  }

  /// Learns a lane's next byte without coding it, and reports the probability of a 1 for each bit.
  ///
  /// - Parameter report: takes probabilities in units of 2^-22, 1 ... 2^22 - 1.
  package mutating func learn(
    _ byte: UInt8, lane: Int, tree: UnsafePointer<UInt32>?, report: (UInt64) -> Void
  ) {
    beginByte(lane: lane)
    var rest = byte
    while bitPosition < 8 {
      report(predict(networkProbability(tree)))
      update(bit: Int(rest >> 7))
      rest <<= 1
    }
    endByte()
  }

  @inline(__always)
  private func networkProbability(_ tree: UnsafePointer<UInt32>?) -> UInt32 {
    guard let tree else { return 1 << 21 }
    return UInt32(
      truncatingIfNeeded: Probability.ofOne(tree[2 &* partial &+ 1], outOf: tree[partial]))
  }

  @inline(__always)
  private mutating func beginByte(lane: Int) {
    self.lane = lane
    partial = 1
    bitPosition = 0
    lastTwo = contexts.lastTwo(lane: lane)
    contexts.beginByte(lane: lane)
    match.beginByte(lane: lane, history: history)
  }

  /// The probability that the next bit is a 1, given the network's; both in units of 2^-22,
  /// 1 ... 2^22 - 1.
  @inline(__always)
  private mutating func predict(_ network: UInt32) -> UInt64 {
    let stretched = tables.stretchPrecisely(network)
    inputs[0] = Int16(truncatingIfNeeded: stretched)
    match.predict(
      inputs + Self.matchInput, partial: partial, bitPosition: bitPosition, tables: tables)
    inputs[Self.biasInput] = 256
    let seen = contexts.predict(inputs + Self.contextInput, tables: tables)
    let mixed = mixers.mix(
      MixerNetwork.Selectors(
        partial: partial, lastTwo: lastTwo, lane: lane, matchStrength: match.strength,
        certainty: Int(min(stretched.magnitude >> 7, 15)), seenContexts: min(seen, 15)))
    let refined = refinement.refine(mixed, context: refinementContext)
    let average = (mixers.probability &+ refined) >> 1
    let probability = min(
      max(average, Self.leastProbability), (1 << 22) - Self.leastProbability)
    return UInt64(truncatingIfNeeded: probability)
  }

  /// The lane's last two bytes and the bits of the byte so far.
  @inline(__always)
  private var refinementContext: Int {
    let pair = (UInt64(truncatingIfNeeded: lastTwo) &* 0x9E37_79B9) >> 8
    let hash = Int(truncatingIfNeeded: pair) ^ partial &* 0x9E35
    return hash & (Self.refinementContexts &- 1)
  }

  @inline(__always)
  private mutating func update(bit: Int) {
    match.update(bit: bit)
    mixers.update(bit: bit)
    refinement.update(bit: bit)
    partial = partial << 1 | bit
    bitPosition &+= 1
    contexts.update(bit: bit, partial: partial)
  }

  @inline(__always) @discardableResult
  private mutating func endByte() -> UInt8 {
    let byte = UInt8(truncatingIfNeeded: partial)
    let position = history.append(byte, lane: lane)
    let recent = contexts.endByte(byte, history: history)
    match.endByte(byte, lane: lane, position: position, recent: recent, history: history)
    return byte
  }
}
