import EntropyCoding
import Prediction

/// Turns blocks back into plain bytes.
package enum BlockDecoder {
  /// Bytes of memory that reading and decoding the block takes, besides the model.
  package static func memoryNeeded(for header: BlockHeader, model: Model?) -> Int {
    let buffers = header.plainSize + header.payloadSize
    guard case .network(let lanes) = header.method, let model else { return buffers }
    return buffers + Predictor.byteCount(model: model, lanes: lanes)
  }

  /// - Parameters:
  ///   - payload: `header.payloadSize` bytes.
  ///   - model: the one named by the frame; stored blocks do without.
  /// - Returns: the plain bytes; nil when they are not those that were encoded, or when cancelled.
  package static func decode(
    _ payload: [UInt8], header: BlockHeader, model: Model?, monitor: WorkMonitor
  ) -> [UInt8]? {
    let plain: [UInt8]?
    switch (header.method, model) {
    case (.stored, _):
      plain = payload
    case (.network(let lanes), let model?):
      let layout = LaneLayout(byteCount: header.plainSize, laneCount: lanes)
      plain = decode(payload, layout: layout, model: model, monitor: monitor)
    case (.network, nil):
      plain = nil
    }
    guard let plain, Checksum.check32(plain.span) == header.contentCheck else { return nil }
    return plain
  }

  private static func decode(
    _ payload: [UInt8], layout: LaneLayout, model: Model, monitor: WorkMonitor
  ) -> [UInt8]? {
    var isIntact = false
    // Not filled with zeros: a short payload must not make a large block cost time or memory.
    let plain = [UInt8](unsafeUninitializedCapacity: layout.byteCount) { plain, count in
      isIntact = payload.withUnsafeBufferPointer {
        decode($0, layout: layout, model: model, monitor: monitor, to: plain)
      }
      count = isIntact ? layout.byteCount : 0
    }
    return isIntact ? plain : nil
  }

  /// Fills all of `plain` when the payload is intact, which it returns.
  private static func decode(
    _ payload: UnsafeBufferPointer<UInt8>, layout: LaneLayout, model: Model,
    monitor: WorkMonitor, to plain: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var predictor = Predictor(model: model, lanes: layout.laneCount)
    var decoder = ArithmeticDecoder(payload: payload)
    var progress = BlockProgress(monitor)
    var step = [UInt8](repeating: 0, count: layout.laneCount)
    let starts = (0..<layout.laneCount).map(layout.start(ofLane:))
    for t in 0..<layout.stepCount {
      if t > 0 { predictor.update(bytes: step) }
      let active = layout.activeLanes(atStep: t)
      predictor.predict(active: active)
      for lane in 0..<active {
        let byte = decoder.decodeByte(tree: predictor.tree(lane: lane))
        step[lane] = byte
        plain.initializeElement(at: starts[lane] + t, to: byte)
      }
      let goesOn = progress.update(
        step: t, lanes: layout.laneCount, archiveBytes: decoder.byteCount)
      if decoder.hasOverrun || !goesOn { return false }
    }
    return decoder.isExact
  }
}
