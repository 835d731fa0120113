import ContextMixing
import EntropyCoding

/// What the symbols of a block cost.
struct SymbolCosts {
  /// Of each, in units of 2^-20 bits.
  var costs: [UInt32]
  /// Who saved what, if anybody asked.
  var attribution: MixAttribution?
}

extension BlockCode {
  /// Codes symbols for what that costs; the payload is left where it is.
  ///
  /// - Returns: the costs, and how long the payload would be; nil when cancelled.
  func costs(
    of symbols: [UInt8], layout: LaneLayout, attributing: Bool, progress: BlockProgress
  ) -> (costs: SymbolCosts, payloadSize: Int)? {
    var encoder = ArithmeticEncoder(expectedByteCount: symbols.count / 2)
    let costs = pass(layout, attributing: attributing, progress: progress) { symbols[$0] } code: {
      encoder.encode($0 == 1, probability: $1)
      return $0
    }
    guard let costs else { return nil }
    return (costs, encoder.finish().count)
  }

  /// Decodes a payload and keeps what its symbols cost.
  ///
  /// - Returns: nil when cancelled.
  func decode(
    _ payload: ArraySlice<UInt8>, layout: LaneLayout, attributing: Bool, progress: BlockProgress
  ) -> (symbols: [UInt8], costs: SymbolCosts)? {
    var symbols = [UInt8](repeating: 0, count: layout.byteCount)
    let costs = payload.withUnsafeBufferPointer { payload in
      var decoder = ArithmeticDecoder(payload: payload)
      return pass(layout, attributing: attributing, progress: progress) { _ in
        nil
      } code: {
        decoder.decodeBit(probability: $1) ? 1 : 0
      } taken: {
        symbols[$0] = $1
      }
    }
    return costs.map { (symbols, $0) }
  }

  /// The code length of symbols, in units of 2^-20 bits; nil when cancelled.
  func totalCost(
    of symbols: [UInt8], layout: LaneLayout, progress: BlockProgress
  ) -> Int64? {
    pass(layout, attributing: false, progress: progress) { symbols[$0] } code: { bit, _ in
      bit
    }.map { $0.costs.reduce(0) { $0 + Int64($1) } }
  }

  /// The same without the model's prior.
  var withoutPrior: BlockCode {
    var parameters = parameters
    parameters.prior = nil
    return BlockCode(networks: networks, parameters: parameters)
  }

  /// Goes through a block and adds up what its symbols cost.
  ///
  /// - Parameters:
  ///   - known: the symbol at a position, if it is known.
  ///   - code: is given a bit of the known symbol (else 0) and the probability of a 1, and returns
  ///     the bit.
  ///   - taken: is given what was at a position.
  private func pass(
    _ layout: LaneLayout, attributing: Bool, progress: BlockProgress,
    known: (Int) -> UInt8?, code: (Int, UInt64) -> Int, taken: (Int, UInt8) -> Void = { _, _ in }
  ) -> SymbolCosts? {
    var costs = [UInt32](repeating: 0, count: layout.byteCount)
    var attribution = attributing ? MixAttribution(parameters) : nil
    var progress = progress
    let isWhole = walk(layout) { mixer, lane, position, trees in
      var sum: Int64 = 0
      let symbol = mixer.observe(lane: lane, trees: trees, known: known(position)) { next, mixed in
        let bit = code(next, mixed.probability)
        let cost = mixed.cost(bit)
        sum += cost
        attribution?.add(bit, mixed, cost: cost)
        return bit
      }
      costs[position] = UInt32(sum)
      taken(position, symbol)
      return symbol
    } afterStep: { step in
      progress.update(step: step, lanes: layout.laneCount, archiveBytes: 0)
    }
    return isWhole ? SymbolCosts(costs: costs, attribution: attribution) : nil
  }
}
