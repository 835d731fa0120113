import ContextMixing

/// What the bytes of a block cost in an archive, one by one.
package struct BlockCost: Sendable {
  package var plain: [UInt8]
  /// Of each plain byte, in units of 2^-20 bits (`CodeCost.unitBits`). What stands for several plain
  /// bytes, in coded text or in the list of repeats, is shared by these equally, and the first ones have
  /// what is left over.
  package var costs: [UInt32]
  package var method: BlockMethod
  /// Plain bytes in no repeat; nil where there are no repeats.
  package var restSize: Int?
  /// Bytes of coded text; nil where there is none.
  package var textSize: Int?
  /// Bytes.
  package var payloadSize: Int
  /// Who saved what, if anybody asked; nil in a stored block.
  package var parts: PartCosts?

  package init(
    plain: [UInt8], costs: [UInt32], method: BlockMethod, restSize: Int? = nil,
    textSize: Int? = nil, payloadSize: Int, parts: PartCosts? = nil
  ) {
    self.plain = plain
    self.costs = costs
    self.method = method
    self.restSize = restSize
    self.textSize = textSize
    self.payloadSize = payloadSize
    self.parts = parts
  }

  /// In units of 2^-20 bits.
  package var total: Int64 { costs.reduce(0) { $0 + Int64($1) } }
}

/// What each part of a prediction saves, in units of 2^-20 bits.
///
/// Bits of the plain bytes less those that repeats save, less the dictionary's, less those that the parts
/// save in the mix, are those of the payload.
package struct PartCosts: Sendable {
  /// By `MixedPart`: see `MixAttribution`.
  package var saved = [Int64](repeating: 0, count: MixedPart.count)
  /// By `MixedPart`: the code length of coded text, or plain bytes, of each part alone.
  package var alone = [Int64](repeating: 0, count: MixedPart.count)
  /// What repeats save: eight bits for each of their bytes, less the list of them.
  package var repeats: Int64 = 0
  /// What the dictionary saves: eight bits for each byte that coded text is shorter.
  package var dictionary: Int64 = 0
  /// By how much the code would be longer without the prior. The parts' savings have this in them: it
  /// is contexts that the prior fills.
  package var prior: Int64 = 0

  package init() {}

  package static func += (sum: inout PartCosts, other: PartCosts) {
    for part in 0..<MixedPart.count {
      sum.saved[part] += other.saved[part]
      sum.alone[part] += other.alone[part]
    }
    sum.repeats += other.repeats
    sum.dictionary += other.dictionary
    sum.prior += other.prior
  }
}
