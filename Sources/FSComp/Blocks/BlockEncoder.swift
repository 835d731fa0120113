import ContextMixing
import EntropyCoding

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
    case .automatic: NetworkProbe.isUseful(on: plain, model: model)
    case .always: true
    case .never: false
    }
  }

  /// - Parameter block: 1 ... `BlockLimits.maximumPlainSize` bytes.
  /// - Returns: the block; a stored one when coding saves nothing, or when cancelled.
  package func encode(_ block: PlainBlock, monitor: WorkMonitor) -> EncodedBlock {
    let plain = block.bytes
    let check = Checksum.check32(plain.span)
    if !ByteHistogram(plain).isFlat {
      let usesNetwork = block.usesNetwork ?? usesNetwork(on: plain[...])
      let mix = Mix(settings.set, usesNetwork: usesNetwork)
      let layout = LaneLayout(
        byteCount: plain.count, laneCount: laneCount(plain.count, usesNetwork: usesNetwork))
      if let code = model.code(mix),
        let payload = encode(plain, layout: layout, code: code, monitor: monitor)
      {
        let header = BlockHeader(
          method: .mixed(lanes: layout.laneCount, mix: mix), plainSize: plain.count,
          payloadSize: payload.count, contentCheck: check)
        return EncodedBlock(header: header, payload: payload)
      }
    }
    let header = BlockHeader(
      method: .stored, plainSize: plain.count, payloadSize: plain.count, contentCheck: check)
    return EncodedBlock(header: header, payload: plain)
  }

  private func laneCount(_ byteCount: Int, usesNetwork: Bool) -> Int {
    if let lanes = settings.lanes { return LaneLayout.laneCount(lanes, byteCount: byteCount) }
    // Without the network, lanes would save no time.
    if !usesNetwork { return 1 }
    return LaneLayout.defaultLaneCount(byteCount: byteCount, atMost: settings.mostLanes)
  }

  /// The payload of a coded block, or nil as soon as it is not shorter than `plain`.
  private func encode(
    _ plain: [UInt8], layout: LaneLayout, code: BlockCode, monitor: WorkMonitor
  ) -> [UInt8]? {
    var encoder = ArithmeticEncoder(expectedByteCount: plain.count / 4)
    var progress = BlockProgress(monitor)
    let isWhole = code.walk(layout) { mixer, lane, position, trees in
      mixer.encode(plain[position], lane: lane, trees: trees, to: &encoder)
      return plain[position]
    } afterStep: { step in
      let goesOn = progress.update(
        step: step, lanes: layout.laneCount, archiveBytes: encoder.byteCount)
      return goesOn && encoder.byteCount < plain.count
    }
    if !isWhole { return nil }
    let payload = encoder.finish()
    return payload.count < plain.count ? payload : nil
  }
}
