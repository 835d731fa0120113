import ContextMixing
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
        let (costs, payloadSize) = draft.code.costs(
          of: draft.symbols, layout: draft.header.layout, attributing: attributes,
          progress: progress)
      else { return nil }
      if payloadSize < shortestSize {
        shortestSize = payloadSize
        shortest = (draft, costs)
      }
    }
    guard let (draft, costs) = shortest else { return stored(plain) }
    var header = draft.header
    header.payloadSize = shortestSize
    return explanation(
      plain, header, draft.symbols, costs, code: draft.code, model: encoder.model,
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
      let (symbols, costs) = code.decode(
        payload, layout: header.layout, attributing: attributes,
        progress: progress(of: header, monitor))
    else { return nil }
    var plain = symbols
    if header.textSize != nil {
      guard let lexicon = model.lexicon,
        let text = try? TextDecoder(lexicon).decode(symbols, plainSize: header.plainSize)
      else { return nil }
      plain = text
    }
    guard Checksum.check32(plain.span) == header.contentCheck else { return nil }
    return explanation(plain, header, symbols, costs, code: code, model: model, monitor: monitor)
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
    _ plain: [UInt8], _ header: BlockHeader, _ symbols: [UInt8], _ costs: SymbolCosts,
    code: BlockCode, model: Model, monitor: WorkMonitor
  ) -> BlockCost? {
    var result = BlockCost(
      plain: plain, costs: costs.costs, method: header.method, textSize: header.textSize,
      payloadSize: header.payloadSize)
    if header.textSize != nil, let lexicon = model.lexicon {
      result.costs = Self.shared(costs.costs, symbols, TextDecoder(lexicon), count: plain.count)
    }
    guard let attribution = costs.attribution else { return result }
    var parts = PartCosts()
    (parts.saved, parts.alone) = (attribution.saved, attribution.alone)
    parts.dictionary = Int64(plain.count - symbols.count) * 8 * CodeCost.bit
    if code.parameters.prior != nil {
      // What is counted as progress is counted once.
      guard
        let bare = code.withoutPrior.totalCost(
          of: symbols, layout: header.layout,
          progress: BlockProgress(monitor, plainSize: 0, symbolCount: symbols.count))
      else { return nil }
      parts.prior = bare - result.total
    }
    result.parts = parts
    return result
  }

  /// What plain bytes cost, by what the bytes of coded text do.
  private static func shared(
    _ costs: [UInt32], _ symbols: [UInt8], _ decoder: TextDecoder, count: Int
  ) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(count)
    var next = 0
    decoder.align(symbols) { piece in
      let sum = costs[next..<next + piece.codedCount].reduce(0) { $0 + UInt64($1) }
      next += piece.codedCount
      let (each, left) = sum.quotientAndRemainder(dividingBy: UInt64(piece.plainCount))
      for index in 0..<piece.plainCount {
        result.append(UInt32(each) + (index < left ? 1 : 0))
      }
    }
    return result
  }
}
