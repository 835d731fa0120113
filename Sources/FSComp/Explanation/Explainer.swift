import ContextMixing
import Repeats
import TextTransform

/// Finds out what each byte costs, coded as a compressor would code it or as an archive has it: the same
/// choice of network and words, the same lanes, the same mix.
package struct Explainer: Sendable {
  /// Whether to find out who saved what, too. That takes about as long again, or twice.
  package var attributes: Bool

  package init(attributes: Bool) { self.attributes = attributes }

  /// What the bytes of a block would cost in an archive.
  ///
  /// - Returns: nil when cancelled.
  func explain(_ block: PlainBlock, by encoder: BlockEncoder, monitor: WorkMonitor) -> BlockCost? {
    let plain = block.bytes
    var shortest: (draft: BlockEncoder.Draft, costs: SymbolCosts)?
    var shortestSize = plain.count
    for (attempt, draft) in encoder.drafts(of: block).enumerated() {
      let progress = BlockProgress(
        monitor, plainSize: attempt == 0 ? plain.count : 0, symbolCount: draft.symbols.count)
      guard
        let (costs, codeSize) = draft.code.costs(
          of: draft.symbols, layout: draft.header.layout, attributing: attributes,
          progress: progress)
      else { return nil }
      if draft.list.count + codeSize < shortestSize {
        shortestSize = draft.list.count + codeSize
        shortest = (draft, costs)
      }
    }
    guard let (draft, costs) = shortest else { return stored(plain) }
    var header = draft.header
    header.payloadSize = shortestSize
    return explanation(
      plain, header, draft.list, draft.symbols, costs, code: draft.code, model: encoder.model,
      monitor: monitor)
  }

  /// What the bytes of an archive's block cost.
  ///
  /// - Parameters:
  ///   - payload: `header.payloadSize` bytes.
  ///   - model: the one named by the frame; nil does for stored blocks.
  /// - Returns: nil where `BlockDecoder.decode` returns nil.
  func explain(
    _ payload: [UInt8], header: BlockHeader, model: Model?, monitor: WorkMonitor
  ) -> BlockCost? {
    guard let mix = header.method.mix else {
      return Checksum.check32(payload.span) == header.contentCheck ? stored(payload) : nil
    }
    guard let model, let code = model.code(mix),
      let listSize = try? header.repeats.listSize(in: payload),
      let (symbols, costs) = code.decode(
        payload.dropFirst(listSize), layout: header.layout, attributing: attributes,
        progress: progress(of: header, monitor)),
      let rest = BlockDecoder.rest(of: symbols, header: header, model: model),
      let plain = try? header.repeats.expand(rest, by: payload),
      Checksum.check32(plain.span) == header.contentCheck
    else { return nil }
    return explanation(
      plain, header, Array(payload.prefix(listSize)), symbols, costs, code: code, model: model,
      monitor: monitor)
  }

  private func progress(of header: BlockHeader, _ monitor: WorkMonitor) -> BlockProgress {
    BlockProgress(monitor, plainSize: header.plainSize, symbolCount: header.symbolCount)
  }

  private func stored(_ plain: [UInt8]) -> BlockCost {
    BlockCost(
      plain: plain,
      costs: [UInt32](repeating: UInt32(8 * CodeCost.bit), count: plain.count),
      method: .stored, payloadSize: plain.count)
  }

  private func explanation(
    _ plain: [UInt8], _ header: BlockHeader, _ list: [UInt8], _ symbols: [UInt8],
    _ costs: SymbolCosts, code: BlockCode, model: Model, monitor: WorkMonitor
  ) -> BlockCost? {
    var restCosts = costs.costs
    if header.textSize != nil, let lexicon = model.lexicon {
      restCosts = Self.costs(ofText: symbols, costs.costs, TextDecoder(lexicon))
    }
    var result = BlockCost(
      plain: plain, costs: Self.costs(ofRest: restCosts, list, header), method: header.method,
      restSize: header.restSize, textSize: header.textSize, payloadSize: header.payloadSize)
    guard let attribution = costs.attribution else { return result }
    var parts = PartCosts()
    (parts.saved, parts.alone) = (attribution.saved, attribution.alone)
    parts.repeats = Int64(header.repeatedSize - list.count) * 8 * CodeCost.bit
    parts.dictionary = Int64(header.remainingSize - symbols.count) * 8 * CodeCost.bit
    if code.parameters.prior != nil {
      // What is counted as progress is counted once.
      guard
        let bare = code.withoutPrior.totalCost(
          of: symbols, layout: header.layout,
          progress: BlockProgress(monitor, plainSize: 0, symbolCount: symbols.count))
      else { return nil }
      parts.prior = bare - costs.costs.reduce(0) { $0 + Int64($1) }
    }
    result.parts = parts
    return result
  }

  /// What plain bytes cost, by what the bytes of coded text do.
  private static func costs(
    ofText symbols: [UInt8], _ costs: [UInt32], _ decoder: TextDecoder
  ) -> [UInt32] {
    var result: [UInt32] = []
    var next = 0
    decoder.align(symbols) { piece in
      let sum = costs[next..<next + piece.codedCount].reduce(0) { $0 + UInt64($1) }
      next += piece.codedCount
      share(sum, among: piece.plainCount, &result)
    }
    return result
  }

  /// What plain bytes cost, by what those between repeats do. Those of a repeat cost what it takes in the
  /// list.
  private static func costs(
    ofRest costs: [UInt32], _ list: [UInt8], _ header: BlockHeader
  ) -> [UInt32] {
    if list.isEmpty { return costs }
    var result: [UInt32] = []
    result.reserveCapacity(header.plainSize)
    var reader = RepeatReader(plainSize: header.plainSize, restSize: header.remainingSize)
    var (read, next) = (0, 0)
    while let copy = try? reader.next(in: list.span) {
      result += costs[next..<next + copy.literals]
      next += copy.literals
      share(UInt64(reader.offset - read) * 8 * UInt64(CodeCost.bit), among: copy.count, &result)
      read = reader.offset
    }
    return result + costs[next...]
  }

  /// Appends what each of `count` bytes costs that share this equally.
  private static func share(_ sum: UInt64, among count: Int, _ costs: inout [UInt32]) {
    let (each, left) = sum.quotientAndRemainder(dividingBy: UInt64(count))
    for index in 0..<count { costs.append(UInt32(each) + (index < left ? 1 : 0)) }
  }
}
