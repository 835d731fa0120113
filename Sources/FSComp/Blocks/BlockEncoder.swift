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
    /// nil: the network alone.
    package var models: ModelSet?
    package var network: CompressionOptions.NetworkUse

    package init(
      lanes: Int? = nil, mostLanes: Int = 16, models: ModelSet? = .standard,
      network: CompressionOptions.NetworkUse = .automatic
    ) {
      self.lanes = lanes
      self.mostLanes = mostLanes
      self.models = models
      self.network = network
    }

    package init(_ options: CompressionOptions) {
      self.init(
        lanes: options.lanes, mostLanes: options.level.mostLanes, models: options.level.models,
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
    switch settings.network {
    case .automatic: NetworkProbe.isUseful(on: plain, model: model)
    case .always: true
    case .never: false
    }
  }

  /// - Parameter plain: 1 ... `BlockLimits.maximumPlainSize` bytes.
  /// - Returns: the block; a stored one when coding saves nothing, or when cancelled.
  package func encode(_ plain: [UInt8], monitor: WorkMonitor) -> EncodedBlock {
    let check = Checksum.check32(plain.span)
    if !ByteHistogram(plain).isFlat {
      let method = method(for: plain)
      if let payload = code(plain, method: method, monitor: monitor) {
        let header = BlockHeader(
          method: method, plainSize: plain.count, payloadSize: payload.count, contentCheck: check)
        return EncodedBlock(header: header, payload: payload)
      }
    }
    let header = BlockHeader(
      method: .stored, plainSize: plain.count, payloadSize: plain.count, contentCheck: check)
    return EncodedBlock(header: header, payload: plain)
  }

  private func method(for plain: [UInt8]) -> BlockMethod {
    let lanes = settings.lanes.map { LaneLayout.laneCount($0, byteCount: plain.count) }
      ?? LaneLayout.defaultLaneCount(byteCount: plain.count, atMost: settings.mostLanes)
    guard let models = settings.models else { return .network(lanes: lanes) }
    let usesNetwork = usesNetwork(on: plain[...])
    // Without the network, lanes would save no time.
    let needed = usesNetwork || settings.lanes != nil ? lanes : 1
    return .mixed(lanes: needed, models: models, usesNetwork: usesNetwork)
  }

  /// The payload of a coded block, or nil as soon as it is not shorter than `plain`.
  private func code(
    _ plain: [UInt8], method: BlockMethod, monitor: WorkMonitor
  ) -> [UInt8]? {
    let layout = LaneLayout(byteCount: plain.count, laneCount: method.lanes)
    var predictor = BytePredictor(method: method, layout: layout, model: model)
    var encoder = ArithmeticEncoder(expectedByteCount: plain.count / 4)
    var progress = BlockProgress(monitor)
    let starts = (0..<layout.laneCount).map(layout.start(ofLane:))
    for t in 0..<layout.stepCount {
      let active = layout.activeLanes(atStep: t)
      predictor.beginStep(active: active)
      for lane in 0..<active {
        predictor.encode(plain[starts[lane] + t], lane: lane, to: &encoder)
      }
      let goesOn = progress.update(
        step: t, lanes: layout.laneCount, archiveBytes: encoder.byteCount)
      if encoder.byteCount >= plain.count || !goesOn { return nil }
    }
    let payload = encoder.finish()
    return payload.count < plain.count ? payload : nil
  }
}
