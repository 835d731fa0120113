import ContextMixing
import EntropyCoding
import Repeats
import TextTransform

/// Turns blocks back into plain bytes.
package enum BlockDecoder {
  /// Bytes of memory that reading and decoding the block takes, besides the model.
  package static func memoryNeeded(for header: BlockHeader, model: Model?) -> Int {
    let buffers = header.plainSize + (header.restSize ?? 0) + (header.textSize ?? 0)
      + header.payloadSize
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
      guard let code = code(of: header, model: model),
        let listSize = try? header.repeats.listSize(in: payload),
        let symbols = decode(
          payload.dropFirst(listSize), header: header, code: code, monitor: monitor),
        let rest = rest(of: symbols, header: header, model: model)
      else { return nil }
      plain = try? header.repeats.expand(rest, by: payload)
    }
    guard let plain, Checksum.check32(plain.span) == header.contentCheck else { return nil }
    return plain
  }

  private static func code(of header: BlockHeader, model: Model?) -> BlockCode? {
    if header.textSize != nil && model?.lexicon == nil { return nil }
    return header.method.mix.flatMap { mix in model?.code(mix) }
  }

  /// - Parameter symbols: what the code of a block stands for: coded text if the header says so.
  /// - Returns: plain bytes, without the repeats; nil if the model cannot have made the text.
  static func rest(of symbols: [UInt8], header: BlockHeader, model: Model?) -> [UInt8]? {
    if header.textSize == nil { return symbols }
    guard let lexicon = model?.lexicon else { return nil }
    return try? TextDecoder(lexicon).decode(symbols, plainSize: header.remainingSize)
  }

  private static func decode(
    _ payload: ArraySlice<UInt8>, header: BlockHeader, code: BlockCode, monitor: WorkMonitor
  ) -> [UInt8]? {
    var isIntact = false
    // Not filled with zeros: a short payload must not make a large block cost time or memory.
    let symbols = [UInt8](unsafeUninitializedCapacity: header.symbolCount) { symbols, count in
      isIntact = payload.withUnsafeBufferPointer {
        decode($0, header: header, code: code, monitor: monitor, to: symbols)
      }
      count = isIntact ? header.symbolCount : 0
    }
    return isIntact ? symbols : nil
  }

  /// Fills all of `symbols` when the payload is intact, which it returns.
  private static func decode(
    _ payload: UnsafeBufferPointer<UInt8>, header: BlockHeader, code: BlockCode,
    monitor: WorkMonitor, to symbols: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    let layout = header.layout
    var decoder = ArithmeticDecoder(payload: payload)
    var progress = BlockProgress(
      monitor, plainSize: header.plainSize, symbolCount: header.symbolCount)
    let isWhole = code.walk(layout) { mixer, lane, position, trees in
      let byte = mixer.decodeByte(lane: lane, trees: trees, from: &decoder)
      symbols.initializeElement(at: position, to: byte)
      return byte
    } afterStep: { step in
      let goesOn = progress.update(
        step: step, lanes: layout.laneCount, archiveBytes: decoder.byteCount)
      return goesOn && !decoder.hasOverrun
    }
    return isWhole && decoder.isExact
  }
}

extension BlockHeader {
  /// Knows where the payload's list of repeats ends, and the code begins.
  var repeats: RepeatDecoder { RepeatDecoder(plainSize: plainSize, restSize: remainingSize) }
}
