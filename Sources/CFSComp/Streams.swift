import CFSCompABI
import FSComp

/// A `fscomp_compressor` or `fscomp_decompressor`.
class StreamHandle<Session: BlockSession>: Handle {
  private let coding: IncrementalCoding<Session>
  private let options: Options
  private var isEnded = false
  private var isFinished = false

  init(_ coding: IncrementalCoding<Session>, _ options: Options) {
    self.coding = coding
    self.options = options
  }

  func process(
    _ input: UnsafeMutablePointer<fscomp_input>?, _ output: UnsafeMutablePointer<fscomp_output>?,
    _ directive: Int32
  ) throws -> Int32 {
    let output = try needed(output)
    let bytes =
      try input.map { try Self.unread($0.pointee) }
      ?? UnsafeRawBufferPointer(start: nil, count: 0)
    let room = try Self.room(output.pointee)
    let wanted = try Self.input(directive)
    guard !isFinished || bytes.isEmpty, !isEnded || wanted == .ended else {
      throw Failure(FSCOMP_ERROR_STATE, "there is input behind the end")
    }
    isEnded = wanted == .ended
    let readBefore = coding.readCount
    var written = 0
    defer {
      input?.pointee.pos += coding.readCount - readBefore
      output.pointee.pos += written
    }
    while true {
      written += coding.moveOutput(to: UnsafeMutableRawBufferPointer(rebasing: room[written...]))
      if coding.outputCount > 0 { return Int32(FSCOMP_HAS_OUTPUT.rawValue) }
      let unread = UnsafeRawBufferPointer(rebasing: bytes[(coding.readCount - readBefore)...])
      do {
        switch try coding.process(unread, wanted, whileWaiting: options.report) {
        case .hasOutput: continue
        case .needsInput: return Int32(FSCOMP_NEEDS_INPUT.rawValue)
        case .flushed: return Int32(FSCOMP_FLUSHED.rawValue)
        case .finished:
          isFinished = true
          return Int32(FSCOMP_FINISHED.rawValue)
        }
      } catch where coding.outputCount > 0 {
        // What was intact before the damage comes first; the error is the same the next time.
        continue
      }
    }
  }

  private static func unread(_ input: fscomp_input) throws -> UnsafeRawBufferPointer {
    guard input.pos <= input.size else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
    return UnsafeRawBufferPointer(rebasing: try CFSComp.bytes(input.src, input.size)[input.pos...])
  }

  private static func room(_ output: fscomp_output) throws -> UnsafeMutableRawBufferPointer {
    guard output.pos <= output.size else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
    let room = try CFSComp.room(output.dst, output.size)
    return UnsafeMutableRawBufferPointer(rebasing: room[output.pos...])
  }

  private static func input(_ directive: Int32) throws -> IncrementalCoding<Session>.Input {
    switch fscomp_directive(rawValue: UInt32(bitPattern: directive)) {
    case FSCOMP_CONTINUE: .continued
    case FSCOMP_FLUSH: .flushed
    case FSCOMP_END: .ended
    default: throw Failure(FSCOMP_ERROR_ARGUMENT)
    }
  }
}

final class CompressorHandle: StreamHandle<CompressionStream.Session> {}
final class DecompressorHandle: StreamHandle<DecompressionStream.Session> {}

@_cdecl("fscomp_compressor_new")
public func compressorNew(
  _ options: OpaquePointer?, _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let options = try Options.of(options)
    let stream = CompressionStream(try options.compressor())
    CompressorHandle(stream.coding, options).release(to: place)
  }
}

@_cdecl("fscomp_decompressor_new")
public func decompressorNew(
  _ options: OpaquePointer?, _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let options = try Options.of(options)
    let stream = DecompressionStream(try options.decompressor())
    DecompressorHandle(stream.coding, options).release(to: place)
  }
}

@_cdecl("fscomp_compressor_process")
public func compressorProcess(
  _ compressor: OpaquePointer?, _ input: UnsafeMutablePointer<fscomp_input>?,
  _ output: UnsafeMutablePointer<fscomp_output>?, _ directive: Int32
) -> Int32 {
  callForState {
    try with(compressor, as: CompressorHandle.self) { try $0.process(input, output, directive) }
  }
}

@_cdecl("fscomp_decompressor_process")
public func decompressorProcess(
  _ decompressor: OpaquePointer?, _ input: UnsafeMutablePointer<fscomp_input>?,
  _ output: UnsafeMutablePointer<fscomp_output>?, _ directive: Int32
) -> Int32 {
  callForState {
    try with(decompressor, as: DecompressorHandle.self) { try $0.process(input, output, directive) }
  }
}

@_cdecl("fscomp_compressor_free")
public func compressorFree(_ compressor: OpaquePointer?) {
  free(compressor, as: CompressorHandle.self)
}

@_cdecl("fscomp_decompressor_free")
public func decompressorFree(_ decompressor: OpaquePointer?) {
  free(decompressor, as: DecompressorHandle.self)
}
