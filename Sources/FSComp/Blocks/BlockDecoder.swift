import EntropyCoding

/// Turns blocks back into plain bytes.
package enum BlockDecoder {
  /// Bytes of memory that reading and decoding the block takes, besides the model.
  package static func memoryNeeded(for header: BlockHeader, model: Model?) -> Int {
    let buffers = header.plainSize + header.payloadSize
    if header.method == .stored { return buffers }
    let layout = LaneLayout(byteCount: header.plainSize, laneCount: header.method.lanes)
    return buffers + BytePredictor.memory(method: header.method, layout: layout, model: model)
  }

  /// - Parameters:
  ///   - payload: `header.payloadSize` bytes.
  ///   - model: the one named by the frame; blocks that do not use the network do without.
  /// - Returns: the plain bytes; nil when they are not those that were encoded, or when cancelled.
  package static func decode(
    _ payload: [UInt8], header: BlockHeader, model: Model?, monitor: WorkMonitor
  ) -> [UInt8]? {
    if header.method.usesNetwork && model == nil { return nil }
    let plain = header.method == .stored
      ? payload : decodeCode(payload, header: header, model: model, monitor: monitor)
    guard let plain, Checksum.check32(plain.span) == header.contentCheck else { return nil }
    return plain
  }

  private static func decodeCode(
    _ payload: [UInt8], header: BlockHeader, model: Model?, monitor: WorkMonitor
  ) -> [UInt8]? {
    let layout = LaneLayout(byteCount: header.plainSize, laneCount: header.method.lanes)
    var isIntact = false
    // Not filled with zeros: a short payload must not make a large block cost time or memory.
    let plain = [UInt8](unsafeUninitializedCapacity: layout.byteCount) { plain, count in
      isIntact = payload.withUnsafeBufferPointer {
        decode(
          $0, method: header.method, layout: layout, model: model, monitor: monitor, to: plain)
      }
      count = isIntact ? layout.byteCount : 0
    }
    return isIntact ? plain : nil
  }

  /// Fills all of `plain` when the payload is intact, which it returns.
  private static func decode(
    _ payload: UnsafeBufferPointer<UInt8>, method: BlockMethod, layout: LaneLayout, model: Model?,
    monitor: WorkMonitor, to plain: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var predictor = BytePredictor(method: method, layout: layout, model: model)
    var decoder = ArithmeticDecoder(payload: payload)
    var progress = BlockProgress(monitor)
    let starts = (0..<layout.laneCount).map(layout.start(ofLane:))
    for t in 0..<layout.stepCount {
      let active = layout.activeLanes(atStep: t)
      predictor.beginStep(active: active)
      for lane in 0..<active {
        let byte = predictor.decodeByte(lane: lane, from: &decoder)
        plain.initializeElement(at: starts[lane] + t, to: byte)
      }
      let goesOn = progress.update(
        step: t, lanes: layout.laneCount, archiveBytes: decoder.byteCount)
      if decoder.hasOverrun || !goesOn { return false }
    }
    return decoder.isExact
  }
}
