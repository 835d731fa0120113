import ContextMixing
import EntropyCoding
import Repeats
import TextTransform

/// A block as it stands in the archive.
package struct EncodedBlock: Sendable {
  package var header: BlockHeader
  package var payload: [UInt8]
}

/// Turns plain bytes into blocks. Equal bytes, model and settings make equal blocks.
package struct BlockEncoder: Sendable {
  package struct Settings: Sendable {
    /// nil: by the size of the block, at most `mostLanes`.
    package var lanes: Int?
    package var mostLanes: Int
    /// With the network, and without it.
    package var set: MixSet
    package var setWithoutNetwork: MixSet
    /// Without it, of text, plain or coded.
    package var setOfText: MixSet
    package var setOfShortText: MixSet
    package var network: CompressionOptions.NetworkUse

    /// - Parameters:
    ///   - setWithoutNetwork: nil: the same.
    ///   - setOfText: nil: the same as without the network.
    ///   - setOfShortText: nil: the same as of text.
    package init(
      lanes: Int? = nil, mostLanes: Int = 16, set: MixSet = .standard,
      setWithoutNetwork: MixSet? = nil, setOfText: MixSet? = nil,
      setOfShortText: MixSet? = nil,
      network: CompressionOptions.NetworkUse = .automatic
    ) {
      self.lanes = lanes
      self.mostLanes = mostLanes
      self.set = set
      self.setWithoutNetwork = setWithoutNetwork ?? set
      self.setOfText = setOfText ?? self.setWithoutNetwork
      self.setOfShortText = setOfShortText ?? self.setOfText
      self.network = network
    }

    package init(_ options: CompressionOptions) {
      self.init(
        lanes: options.lanes, mostLanes: options.level.mostLanes,
        set: options.level.mixSet(usesNetwork: true, .text),
        setWithoutNetwork: options.level.mixSet(usesNetwork: false, .data),
        setOfText: options.level.mixSet(usesNetwork: false, .text),
        setOfShortText: options.level.mixSet(usesNetwork: false, .shortText),
        network: options.network ?? options.level.network)
    }
  }

  /// Shorter blocks are not worth the time that it takes to get the dictionary ready.
  private static let fewestBytesOfText = 16

  package let model: Model
  private let settings: Settings

  package init(model: Model, settings: Settings) {
    self.model = model
    self.settings = settings
  }

  /// What is mixed: what the settings ask for, as far as the model has it.
  private func mix(usesNetwork: Bool, _ content: BlockContent, isCoded: Bool) -> Mix {
    let setWithoutNetwork =
      switch content {
      case .data: settings.setWithoutNetwork
      case .text: settings.setOfText
      case .shortText: settings.setOfShortText
      }
    let set = usesNetwork ? settings.set : setWithoutNetwork
    var mix = Mix(set, usesNetwork: usesNetwork, isCoded: isCoded)
    if model.code(mix) == nil { mix.set = mix.set.substitute }
    return mix
  }

  private func mix(of form: Form) -> Mix {
    mix(usesNetwork: form.usesNetwork, form.content, isCoded: form.text != nil)
  }

  /// Whether there may be blocks with this mix.
  func mayUse(_ mix: Mix) -> Bool {
    let contents: [BlockContent] = mix.isCoded ? [.text, .shortText] : BlockContent.allCases
    return contents.contains {
      mix == self.mix(usesNetwork: mix.usesNetwork, $0, isCoded: mix.isCoded)
    }
  }

  /// Whether the network would take part in a block of these bytes.
  package func usesNetwork(on plain: ArraySlice<UInt8>) -> Bool {
    forms(of: ShortenedBlock(Array(plain)).rest, usesNetwork: nil)[0].usesNetwork
  }

  /// - Parameter block: 1 ... `BlockLimits.maximumPlainSize` bytes.
  /// - Returns: the block; a stored one when coding saves nothing, or when cancelled.
  package func encode(_ block: PlainBlock, monitor: WorkMonitor) -> EncodedBlock {
    let plain = block.bytes
    var shortest: EncodedBlock?
    for (attempt, draft) in drafts(of: block).enumerated() {
      let payload = encode(
        draft, shorterThan: shortest?.payload.count ?? plain.count, isFirst: attempt == 0,
        monitor: monitor)
      guard let payload else { continue }
      var header = draft.header
      header.payloadSize = payload.count
      shortest = EncodedBlock(header: header, payload: payload)
    }
    if let shortest { return shortest }
    let header = BlockHeader(
      method: .stored, plainSize: plain.count, payloadSize: plain.count,
      contentCheck: Checksum.check32(plain.span))
    return EncodedBlock(header: header, payload: plain)
  }

  /// How a block is to be coded, before it is known whether that makes it shorter.
  struct Draft {
    /// Its payload has no size yet.
    var header: BlockHeader
    /// The list of the block's repeats, with which the payload begins; empty where there are none.
    var list: [UInt8]
    /// Between the repeats: the plain bytes, or coded text.
    var symbols: [UInt8]
    var code: BlockCode
  }

  /// One, or two of which the shorter is to be taken, the first if they are as long; none where there is
  /// no hope that coding saves anything.
  func drafts(of block: PlainBlock) -> [Draft] {
    let shortened = ShortenedBlock(block.bytes)
    let rest = shortened.rest
    // What the repeats save is then all that there is to save.
    if ByteHistogram(rest).isFlat && rest.count > block.bytes.count / 16 * 15 { return [] }
    return forms(of: rest, usesNetwork: block.usesNetwork).compactMap {
      draft(of: block.bytes, shortened, in: $0)
    }
  }

  private func draft(of plain: [UInt8], _ shortened: ShortenedBlock, in form: Form) -> Draft? {
    let symbols = form.text ?? shortened.rest
    let mix = self.mix(of: form)
    guard let code = model.code(mix) else { return nil }
    let header = BlockHeader(
      method: .mixed(lanes: laneCount(symbols.count, usesNetwork: form.usesNetwork), mix: mix),
      plainSize: plain.count, restSize: shortened.list.isEmpty ? nil : shortened.rest.count,
      textSize: form.text?.count, payloadSize: 0, contentCheck: Checksum.check32(plain.span))
    return Draft(header: header, list: shortened.list, symbols: symbols, code: code)
  }

  /// In what form a block is coded.
  private struct Form {
    var usesNetwork: Bool
    var content: BlockContent
    /// What is left of the block as coded text; nil where it is coded as it is.
    var text: [UInt8]?
  }

  /// Finds out which form is the shortest, or which two of them are to be compared.
  ///
  /// - Parameters:
  ///   - plain: without repeats.
  ///   - usesNetwork: as in `PlainBlock`.
  private func forms(of plain: [UInt8], usesNetwork: Bool?) -> [Form] {
    let lexicon = plain.count >= Self.fewestBytesOfText ? model.lexicon : nil
    let text = lexicon.map { TextEncoder($0).encode(plain) }.flatMap {
      $0.count < plain.count ? $0 : nil
    }
    let content = BlockContent(plain)
    let uncoded = Form(usesNetwork: false, content: content, text: nil)
    // What words were found in is text.
    let coded = text.map {
      Form(usesNetwork: false, content: BlockContent(textOf: plain.count), text: $0)
    }
    let together = Form(
      usesNetwork: true, content: content, text: model.networksReadCodedText ? text : nil)
    let usesNetwork =
      canUseNetwork(together)
      ? usesNetwork ?? (settings.network == .always ? true : nil) : false
    // Nobody has to find out what is of no use.
    if usesNetwork == true { return [together] }
    let alone = coded.flatMap { isUseful($0, insteadOf: uncoded, plain: plain) ? $0 : nil } ?? uncoded
    if usesNetwork == false { return [alone] }
    switch verdict(on: together, insteadOf: alone, plain: plain) {
    case .useful: return [together]
    case .uncertain: return [together, alone]
    case .useless: return [alone]
    }
  }

  /// Networks that read coded text know nothing else; and text is always shorter than what it stands
  /// for.
  private func canUseNetwork(_ form: Form) -> Bool {
    if settings.network == .never || model.networksReadCodedText && form.text == nil { return false }
    return model.code(mix(of: form)) != nil
  }

  /// Whether a block is better off as coded text.
  private func isUseful(_ coded: Form, insteadOf uncoded: Form, plain: [UInt8]) -> Bool {
    guard let text = coded.text, let lexicon = model.lexicon,
      let withWords = model.code(mix(of: coded)), let without = model.code(mix(of: uncoded))
    else { return false }
    return TextProbe.isUseful(
      text, insteadOf: plain, lexicon: lexicon, coded: withWords, uncoded: without)
  }

  private func verdict(
    on together: Form, insteadOf alone: Form, plain: [UInt8]
  ) -> NetworkProbe.Verdict {
    func way(_ form: Form) -> NetworkProbe.Way? {
      let mix = self.mix(of: form)
      let bytes = form.text ?? plain
      return model.code(mix).map {
        NetworkProbe.Way(
          bytes: bytes, isCoded: mix.isCoded, set: mix.set, code: $0,
          laneCount: laneCount(bytes.count, usesNetwork: form.usesNetwork))
      }
    }
    guard let together = way(together), let alone = way(alone) else { return .useless }
    return NetworkProbe.verdict(on: together, insteadOf: alone, plainSize: plain.count)
  }

  private func laneCount(_ byteCount: Int, usesNetwork: Bool) -> Int {
    if let lanes = settings.lanes { return LaneLayout.laneCount(lanes, byteCount: byteCount) }
    // Without the network, lanes would save no time.
    if !usesNetwork { return 1 }
    return LaneLayout.defaultLaneCount(byteCount: byteCount, atMost: settings.mostLanes)
  }

  /// The payload of a coded block, or nil as soon as it has as many bytes as `limit`, or when cancelled.
  ///
  /// - Parameter isFirst: What is coded again is counted as progress once.
  private func encode(
    _ draft: Draft, shorterThan limit: Int, isFirst: Bool, monitor: WorkMonitor
  ) -> [UInt8]? {
    let (layout, symbols) = (draft.header.layout, draft.symbols)
    let limit = limit - draft.list.count
    var encoder = ArithmeticEncoder(expectedByteCount: draft.header.remainingSize / 4)
    var progress = BlockProgress(
      monitor, plainSize: isFirst ? draft.header.plainSize : 0, symbolCount: symbols.count)
    let isWhole = draft.code.walk(layout) { mixer, lane, position, trees in
      mixer.encode(symbols[position], lane: lane, trees: trees, to: &encoder)
      return symbols[position]
    } afterStep: { step in
      let goesOn = progress.update(
        step: step, lanes: layout.laneCount, archiveBytes: isFirst ? encoder.byteCount : 0)
      return goesOn && encoder.byteCount < limit
    }
    if !isWhole { return nil }
    let code = encoder.finish()
    return code.count < limit ? draft.list + code : nil
  }
}
