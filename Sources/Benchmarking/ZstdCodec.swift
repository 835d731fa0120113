import CZstd

/// How to run libzstd.
package struct ZstdSettings: Sendable, Equatable {
  /// 1 to 22.
  package var level: Int
  /// Logarithm of the window in bytes; 27 is what the command's `--long` takes, and the most that
  /// every decoder accepts. Shorter input gets a shorter window.
  package var windowLog: Int
  /// 1 works in the calling thread.
  package var threads: Int

  package init(level: Int, windowLog: Int = 27, threads: Int = 1) {
    self.level = level
    self.windowLog = windowLog
    self.threads = threads
  }
}

/// zstd with long-distance matching, as its command runs it with `--long`: one frame with the
/// content's size and checksum. Every run makes its contexts anew.
package struct ZstdCodec: LibraryCodec {
  let settings: ZstdSettings

  package init(settings: ZstdSettings) { self.settings = settings }

  package func describe() -> ProgramDescription {
    ProgramDescription(
      label: "zstd -\(settings.level) --long", version: String(cString: ZSTD_versionString()),
      decoder: MappedLibrary.size(named: "libzstd.so").map {
        [DecoderPart(name: "library", byteCount: $0)]
      } ?? [])
  }

  package func run(
    _ direction: Direction, from input: borrowing OpenFile, to output: borrowing OpenFile
  ) throws {
    switch direction {
    case .compress: try compress(from: input, to: output)
    case .decompress: try decompress(from: input, to: output)
    }
  }

  private func compress(
    from input: borrowing OpenFile, to output: borrowing OpenFile
  ) throws {
    guard let context = ZSTD_createCCtx() else { throw ZstdFailure.outOfMemory }
    defer { ZSTD_freeCCtx(context) }
    let parameters: [(ZSTD_cParameter, Int)] = [
      (ZSTD_c_compressionLevel, settings.level),
      (ZSTD_c_windowLog, settings.windowLog),
      (ZSTD_c_enableLongDistanceMatching, 1),
      (ZSTD_c_checksumFlag, 1),
    ]
    for (parameter, value) in parameters {
      try check(ZSTD_CCtx_setParameter(context, parameter, Int32(value)))
    }
    // A library built without threads refuses this one and works in the calling thread.
    if settings.threads > 1 {
      _ = ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, Int32(settings.threads))
    }
    try check(ZSTD_CCtx_setPledgedSrcSize(context, UInt64(try input.size())))

    let plain = ScratchBuffer(byteCount: ZSTD_CStreamInSize())
    let coded = ScratchBuffer(byteCount: ZSTD_CStreamOutSize())
    var remaining = 1
    repeat {
      let count = try input.fill(plain.bytes)
      let mode = count < plain.bytes.count ? ZSTD_e_end : ZSTD_e_continue
      var source = ZSTD_inBuffer(src: plain.bytes.baseAddress, size: count, pos: 0)
      repeat {
        var target = ZSTD_outBuffer(dst: coded.bytes.baseAddress, size: coded.bytes.count, pos: 0)
        remaining = try check(ZSTD_compressStream2(context, &target, &source, mode))
        try output.write(coded.prefix(target.pos))
      } while mode == ZSTD_e_end ? remaining > 0 : source.pos < source.size
      if mode == ZSTD_e_end { return }
    } while true
  }

  private func decompress(
    from input: borrowing OpenFile, to output: borrowing OpenFile
  ) throws {
    guard let context = ZSTD_createDCtx() else { throw ZstdFailure.outOfMemory }
    defer { ZSTD_freeDCtx(context) }
    try check(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(settings.windowLog)))

    let coded = ScratchBuffer(byteCount: ZSTD_DStreamInSize())
    let plain = ScratchBuffer(byteCount: ZSTD_DStreamOutSize())
    var expected = 1
    while true {
      let count = try input.fill(coded.bytes)
      var source = ZSTD_inBuffer(src: coded.bytes.baseAddress, size: count, pos: 0)
      var target = ZSTD_outBuffer(dst: plain.bytes.baseAddress, size: plain.bytes.count, pos: 0)
      // A full output buffer may mean that more is waiting inside, even with no input left, unless
      // the frame is done: asked once more, the decoder would wait for another frame.
      while source.pos < source.size || (target.pos == target.size && expected > 0) {
        target.pos = 0
        expected = try check(ZSTD_decompressStream(context, &target, &source))
        try output.write(plain.prefix(target.pos))
      }
      if count < coded.bytes.count { break }
    }
    guard expected == 0 else { throw ZstdFailure.truncated }
  }

  @discardableResult
  private func check(_ code: Int) throws -> Int {
    guard ZSTD_isError(code) == 0 else {
      throw ZstdFailure.library(String(cString: ZSTD_getErrorName(code)))
    }
    return code
  }
}

enum ZstdFailure: Error, Equatable, CustomStringConvertible {
  case outOfMemory
  case truncated
  case library(String)

  var description: String {
    switch self {
    case .outOfMemory: "zstd: out of memory"
    case .truncated: "zstd: the archive is cut short"
    case .library(let reason): "zstd: \(reason)"
    }
  }
}
