import ContextMixing
import EntropyCoding
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
    package var set: MixSet
    package var network: CompressionOptions.NetworkUse

    package init(
      lanes: Int? = nil, mostLanes: Int = 16, set: MixSet = .standard,
      network: CompressionOptions.NetworkUse = .automatic
    ) {
      self.lanes = lanes
      self.mostLanes = mostLanes
      self.set = set
      self.network = network
    }

    package init(_ options: CompressionOptions) {
      self.init(
        lanes: options.lanes, mostLanes: options.level.mostLanes, set: options.level.mixSet,
        network: options.network ?? options.level.network)
    }
  }

  /// Shorter blocks are not worth the time that it takes to get the dictionary ready.
  private static let fewestBytesOfText = 64

  package let model: Model
  private let settings: Settings

  package init(model: Model, settings: Settings) {
    self.model = model
    self.settings = settings
  }

  /// Whether the network would take part in a block of these bytes.
  package func usesNetwork(on plain: ArraySlice<UInt8>) -> Bool {
    if model.networks.isEmpty { return false }
    return switch settings.network {
    case .automatic: NetworkProbe.isUseful(on: readByNetworks(plain), model: model)
    case .always: true
    case .never: false
    }
  }

  /// What networks would be shown of these bytes.
  private func readByNetworks(_ plain: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard model.networksReadCodedText, let lexicon = model.lexicon else { return plain }
    return TextEncoder(lexicon).encode(plain)[...]
  }

  /// - Parameter block: 1 ... `BlockLimits.maximumPlainSize` bytes.
  /// - Returns: the block; a stored one when coding saves nothing, or when cancelled.
  package func encode(_ block: PlainBlock, monitor: WorkMonitor) -> EncodedBlock {
    let plain = block.bytes
    let check = Checksum.check32(plain.span)
    if !ByteHistogram(plain).isFlat {
      let usesNetwork = block.usesNetwork ?? usesNetwork(on: plain[...])
      let text = text(of: plain, usesNetwork: usesNetwork)
      let symbols = text ?? plain
      let mix = Mix(settings.set, usesNetwork: usesNetwork)
      var header = BlockHeader(
        method: .mixed(lanes: laneCount(symbols.count, usesNetwork: usesNetwork), mix: mix),
        plainSize: plain.count, textSize: text?.count, payloadSize: 0, contentCheck: check)
      if let code = model.code(mix),
        let payload = encode(symbols, header: header, code: code, monitor: monitor)
      {
        header.payloadSize = payload.count
        return EncodedBlock(header: header, payload: payload)
      }
    }
    let header = BlockHeader(
      method: .stored, plainSize: plain.count, payloadSize: plain.count, contentCheck: check)
    return EncodedBlock(header: header, payload: plain)
  }

  /// The plain bytes as coded text; nil where they are better off as they are.
  private func text(of plain: [UInt8], usesNetwork: Bool) -> [UInt8]? {
    // Networks that know plain text only would not know coded text.
    guard plain.count >= Self.fewestBytesOfText, !usesNetwork || model.networksReadCodedText,
      let lexicon = model.lexicon, let code = model.code(Mix(settings.set, usesNetwork: false))
    else { return nil }
    let text = TextEncoder(lexicon).encode(plain)
    let isUseful = TextProbe.isUseful(text, insteadOf: plain, lexicon: lexicon, code: code)
    return isUseful ? text : nil
  }

  private func laneCount(_ byteCount: Int, usesNetwork: Bool) -> Int {
    if let lanes = settings.lanes { return LaneLayout.laneCount(lanes, byteCount: byteCount) }
    // Without the network, lanes would save no time.
    if !usesNetwork { return 1 }
    return LaneLayout.defaultLaneCount(byteCount: byteCount, atMost: settings.mostLanes)
  }

  /// The payload of a coded block, or nil as soon as it is not shorter than the plain bytes.
  private func encode(
    _ symbols: [UInt8], header: BlockHeader, code: BlockCode, monitor: WorkMonitor
  ) -> [UInt8]? {
    let layout = header.layout
    var encoder = ArithmeticEncoder(expectedByteCount: header.plainSize / 4)
    var progress = BlockProgress(
      monitor, plainSize: header.plainSize, symbolCount: symbols.count)
    let isWhole = code.walk(layout) { mixer, lane, position, trees in
      mixer.encode(symbols[position], lane: lane, trees: trees, to: &encoder)
      return symbols[position]
    } afterStep: { step in
      let goesOn = progress.update(
        step: step, lanes: layout.laneCount, archiveBytes: encoder.byteCount)
      return goesOn && encoder.byteCount < header.plainSize
    }
    if !isWhole { return nil }
    let payload = encoder.finish()
    return payload.count < header.plainSize ? payload : nil
  }
}
