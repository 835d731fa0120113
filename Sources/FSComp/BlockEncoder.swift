import EntropyCoding
import Prediction

/// A block as it stands in the archive.
package struct EncodedBlock: Sendable {
  package var header: BlockHeader
  package var payload: [UInt8]
}

/// Turns plain bytes into blocks. Equal bytes, model and lanes make equal blocks.
package struct BlockEncoder: Sendable {
  package let model: Model
  /// nil: `LaneLayout.defaultLaneCount`. A block never gets more lanes than bytes.
  package let lanes: Int?

  package init(model: Model, lanes: Int?) {
    self.model = model
    self.lanes = lanes
  }

  /// - Parameter plain: 1 ... `BlockLimits.maximumPlainSize` bytes.
  /// - Returns: the block; a stored one when coding saves nothing, or when cancelled.
  package func encode(_ plain: [UInt8], monitor: WorkMonitor) -> EncodedBlock {
    let check = Checksum.check32(plain.span)
    if !ByteHistogram(plain).isFlat {
      let laneCount = lanes.map { LaneLayout.laneCount($0, byteCount: plain.count) }
        ?? LaneLayout.defaultLaneCount(byteCount: plain.count)
      let layout = LaneLayout(byteCount: plain.count, laneCount: laneCount)
      if let payload = code(plain, layout: layout, monitor: monitor) {
        let header = BlockHeader(
          method: .network(lanes: laneCount), plainSize: plain.count, payloadSize: payload.count,
          contentCheck: check)
        return EncodedBlock(header: header, payload: payload)
      }
    }
    let header = BlockHeader(
      method: .stored, plainSize: plain.count, payloadSize: plain.count, contentCheck: check)
    return EncodedBlock(header: header, payload: plain)
  }

  /// The payload of a network block, or nil as soon as it is not shorter than `plain`.
  private func code(
    _ plain: [UInt8], layout: LaneLayout, monitor: WorkMonitor
  ) -> [UInt8]? {
    var predictor = Predictor(model: model, lanes: layout.laneCount)
    var encoder = ArithmeticEncoder(expectedByteCount: plain.count / 4)
    var progress = BlockProgress(monitor)
    var step = [UInt8](repeating: 0, count: layout.laneCount)
    let starts = (0..<layout.laneCount).map(layout.start(ofLane:))
    for t in 0..<layout.stepCount {
      if t > 0 { predictor.update(bytes: step) }
      let active = layout.activeLanes(atStep: t)
      predictor.predict(active: active)
      for lane in 0..<active {
        let byte = plain[starts[lane] + t]
        step[lane] = byte
        encoder.encode(byte, tree: predictor.tree(lane: lane))
      }
      let goesOn = progress.update(
        step: t, lanes: layout.laneCount, archiveBytes: encoder.byteCount)
      if encoder.byteCount >= plain.count || !goesOn { return nil }
    }
    let payload = encoder.finish()
    return payload.count < plain.count ? payload : nil
  }
}
