import CFSCompABI
import FSComp

// Bytes in memory, in one call.

@_cdecl("fscomp_compress_bound")
public func compressBound(_ options: OpaquePointer?, _ size: Int) -> Int {
  guard size >= 0, let options = try? Options.of(options) else { return 0 }
  return options.compression.mostArchiveBytes(plainBytes: size) ?? 0
}

@_cdecl("fscomp_compress")
public func compress(
  _ options: OpaquePointer?, _ source: UnsafeRawPointer?, _ size: Int,
  _ target: UnsafeMutableRawPointer?, _ capacity: Int, _ written: UnsafeMutablePointer<Int>?
) -> Int32 {
  call {
    let options = try Options.of(options)
    try transform(source, size, target, capacity, written) { bytes, room, written in
      let stream = CompressionStream(try options.compressor())
      try stream.coding.run(bytes, to: room, written: &written, options)
    }
  }
}

@_cdecl("fscomp_decompress")
public func decompress(
  _ options: OpaquePointer?, _ archive: UnsafeRawPointer?, _ size: Int,
  _ target: UnsafeMutableRawPointer?, _ capacity: Int, _ written: UnsafeMutablePointer<Int>?
) -> Int32 {
  call {
    let options = try Options.of(options)
    try transform(archive, size, target, capacity, written) { bytes, room, written in
      let stream = DecompressionStream(try options.decompressor())
      try stream.coding.run(bytes, to: room, written: &written, options)
    }
  }
}

@_cdecl("fscomp_plain_size")
public func plainSize(
  _ archive: UnsafeRawPointer?, _ size: Int, _ place: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  call {
    let place = try needed(place)
    place.pointee = 0
    place.pointee = UInt64(try ArchiveMap(of: MemorySource(bytes(archive, size))).plainSize)
  }
}

private func transform(
  _ source: UnsafeRawPointer?, _ size: Int, _ target: UnsafeMutableRawPointer?, _ capacity: Int,
  _ written: UnsafeMutablePointer<Int>?,
  _ body: (
    _ bytes: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer, _ written: inout Int
  ) throws -> Void
) throws {
  let written = try needed(written)
  written.pointee = 0
  try body(try bytes(source, size), try room(target, capacity), &written.pointee)
}

extension IncrementalCoding {
  /// Does all of it.
  /// - Parameter written: how many bytes of `room` are valid, after an error as well.
  fileprivate func run(
    _ bytes: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer, written: inout Int,
    _ options: Options
  ) throws {
    while true {
      defer { written += moveOutput(to: UnsafeMutableRawBufferPointer(rebasing: room[written...])) }
      let unread = UnsafeRawBufferPointer(rebasing: bytes[readCount...])
      if try process(unread, .ended, whileWaiting: options.report) == .finished { return }
      guard outputCount <= room.count - written else {
        throw Failure(FSCOMP_ERROR_DESTINATION_TOO_SMALL)
      }
    }
  }
}
