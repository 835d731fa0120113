import ContextMixing
import EntropyCoding

/// Turns blocks back into plain bytes.
package enum BlockDecoder {
  /// Bytes of memory that reading and decoding the block takes, besides the model.
  package static func memoryNeeded(for header: BlockHeader, model: Model?) -> Int {
    let buffers = header.plainSize + header.payloadSize
    guard let code = code(of: header, model: model) else { return buffers }
    return buffers + code.memory(header.layout)
  }

  /// - Parameters:
  ///   - payload: `header.payloadSize` bytes.
  ///   - model: the one named by the frame; nil does for stored blocks.
  /// - Returns: the plain bytes; nil when they are not those that were encoded, or when cancelled.
  package static func decode(
    _ payload: [UInt8], header: BlockHeader, model: Model?, monitor: WorkMonitor
  ) -> [UInt8]? {
    let plain: [UInt8]?
    switch header.method {
    case .stored: plain = payload
    case .mixed:
      guard let code = code(of: header, model: model) else { return nil }
      plain = decode(payload, layout: header.layout, code: code, monitor: monitor)
    }
    guard let plain, Checksum.check32(plain.span) == header.contentCheck else { return nil }
    return plain
  }

  private static func code(of header: BlockHeader, model: Model?) -> BlockCode? {
    header.method.mix.flatMap { mix in model?.code(mix) }
  }

  private static func decode(
    _ payload: [UInt8], layout: LaneLayout, code: BlockCode, monitor: WorkMonitor
  ) -> [UInt8]? {
    var isIntact = false
    // Not filled with zeros: a short payload must not make a large block cost time or memory.
    let plain = [UInt8](unsafeUninitializedCapacity: layout.byteCount) { plain, count in
      isIntact = payload.withUnsafeBufferPointer {
        decode($0, layout: layout, code: code, monitor: monitor, to: plain)
      }
      count = isIntact ? layout.byteCount : 0
    }
    return isIntact ? plain : nil
  }

  /// Fills all of `plain` when the payload is intact, which it returns.
  private static func decode(
    _ payload: UnsafeBufferPointer<UInt8>, layout: LaneLayout, code: BlockCode,
    monitor: WorkMonitor, to plain: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var decoder = ArithmeticDecoder(payload: payload)
    var progress = BlockProgress(monitor)
    let isWhole = code.walk(layout) { mixer, lane, position, trees in
      let byte = mixer.decodeByte(lane: lane, trees: trees, from: &decoder)
      plain.initializeElement(at: position, to: byte)
      return byte
    } afterStep: { step in
      let goesOn = progress.update(
        step: step, lanes: layout.laneCount, archiveBytes: decoder.byteCount)
      return goesOn && !decoder.hasOverrun
    }
    return isWhole && decoder.isExact
  }
}
