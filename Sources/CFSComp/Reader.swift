import CFSCompABI
import FSComp

/// A `fscomp_reader`.
final class ReaderHandle: Handle {
  let map: ArchiveMap
  let archiveSize: Int
  private let read: (Range<Int>, UnsafeMutableRawBufferPointer) throws -> Int
  /// Where lines are in the plain bytes, counted from 0.
  let plainBytesOfLines: (Range<Int>) throws -> Range<Int>

  init(_ source: some RandomAccessSource, _ options: Options) throws {
    let reader = try RandomAccessReader(
      source, models: try options.store(), options: options.decompression)
    map = reader.map
    archiveSize = try source.size
    read = { range, buffer in
      var sink = RoomSink(room: buffer)
      try reader.write(range, to: &sink, whileWaiting: options.report)
      return sink.written
    }
    plainBytesOfLines = { try reader.plainBytes(ofLines: $0, whileWaiting: options.report) }
  }

  /// - Returns: how many bytes were read: fewer than there is room for only at the end.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let offset = min(offset, map.plainSize)
    return try read(offset..<offset + min(buffer.count, map.plainSize - offset), buffer)
  }
}

/// Room for all that will be written.
private struct RoomSink: ByteSink {
  let room: UnsafeMutableRawBufferPointer
  private(set) var written = 0

  init(room: UnsafeMutableRawBufferPointer) { self.room = room }

  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: room[written...]).copyMemory(from: bytes)
    written += bytes.count
  }
}

@_cdecl("fscomp_reader_open")
public func readerOpen(
  _ options: OpaquePointer?, _ source: UnsafePointer<fscomp_source>?,
  _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let source = try CallbackSource(needed(source).pointee)
    try ReaderHandle(source, Options.of(options)).release(to: place)
  }
}

@_cdecl("fscomp_reader_open_memory")
public func readerOpenMemory(
  _ options: OpaquePointer?, _ archive: UnsafeRawPointer?, _ size: Int,
  _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let source = MemorySource(try bytes(archive, size))
    try ReaderHandle(source, Options.of(options)).release(to: place)
  }
}

@_cdecl("fscomp_reader_read")
public func readerRead(
  _ reader: OpaquePointer?, _ offset: UInt64, _ buffer: UnsafeMutableRawPointer?, _ count: Int,
  _ place: UnsafeMutablePointer<Int>?
) -> Int32 {
  call {
    let place = try needed(place)
    place.pointee = 0
    let room = try room(buffer, count)
    place.pointee = try with(reader, as: ReaderHandle.self) {
      try $0.read(at: Int(clamping: offset), into: room)
    }
  }
}

private func number(_ reader: OpaquePointer?, _ body: (ReaderHandle) -> Int) -> UInt64 {
  UInt64(constant(of: reader, as: ReaderHandle.self, body) ?? 0)
}

@_cdecl("fscomp_reader_plain_size")
public func readerPlainSize(_ reader: OpaquePointer?) -> UInt64 { number(reader, \.map.plainSize) }

@_cdecl("fscomp_reader_archive_size")
public func readerArchiveSize(_ reader: OpaquePointer?) -> UInt64 { number(reader, \.archiveSize) }

@_cdecl("fscomp_reader_frame_count")
public func readerFrameCount(_ reader: OpaquePointer?) -> UInt64 {
  number(reader, \.map.frames.count)
}

@_cdecl("fscomp_reader_block_count")
public func readerBlockCount(_ reader: OpaquePointer?) -> UInt64 {
  number(reader, \.map.blocks.count)
}

@_cdecl("fscomp_reader_frame")
public func readerFrame(
  _ reader: OpaquePointer?, _ number: UInt64, _ place: UnsafeMutablePointer<fscomp_frame_info>?
) -> Int32 {
  call {
    let place = try needed(place)
    let map = try needed(constant(of: reader, as: ReaderHandle.self, \.map))
    guard place.pointee.struct_size >= MemoryLayout<fscomp_frame_info>.size,
      number < map.frames.count
    else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
    let frame = map.frames[Int(number)]
    place.pointee.offset = UInt64(frame.offset)
    place.pointee.archive_size = UInt64(frame.archiveSize)
    place.pointee.plain_size = UInt64(map.blocks[frame.blocks].reduce(0) { $0 + $1.plainSize })
    place.pointee.model_id = frame.modelID.rawValue
    place.pointee.first_block = UInt64(frame.blocks.lowerBound)
    place.pointee.block_count = UInt64(frame.blocks.count)
  }
}

@_cdecl("fscomp_reader_block")
public func readerBlock(
  _ reader: OpaquePointer?, _ number: UInt64, _ place: UnsafeMutablePointer<fscomp_block_info>?
) -> Int32 {
  call {
    let place = try needed(place)
    let map = try needed(constant(of: reader, as: ReaderHandle.self, \.map))
    guard place.pointee.struct_size >= MemoryLayout<fscomp_block_info>.size,
      number < map.blocks.count
    else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
    let block = map.blocks[Int(number)]
    place.pointee.offset = UInt64(block.offset)
    place.pointee.archive_size = UInt64(block.codedSize)
    place.pointee.plain_offset = UInt64(block.plainOffset)
    place.pointee.plain_size = UInt64(block.plainSize)
    place.pointee.newlines = Int64(block.newlines ?? -1)
  }
}

@_cdecl("fscomp_reader_find")
public func readerFind(
  _ reader: OpaquePointer?, _ plainOffset: UInt64, _ place: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  call {
    let place = try needed(place)
    place.pointee = 0
    let map = try needed(constant(of: reader, as: ReaderHandle.self, \.map))
    place.pointee = UInt64(try needed(map.block(holding: Int(clamping: plainOffset))))
  }
}

@_cdecl("fscomp_reader_find_lines")
public func readerFindLines(
  _ reader: OpaquePointer?, _ first: UInt64, _ count: UInt64,
  _ plainOffset: UnsafeMutablePointer<UInt64>?, _ plainSize: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  call {
    let (plainOffset, plainSize) = (try needed(plainOffset), try needed(plainSize))
    (plainOffset.pointee, plainSize.pointee) = (0, 0)
    let (end, isMore) = first.addingReportingOverflow(count)
    let lines = Int(clamping: first)..<Int(clamping: isMore ? .max : end)
    let bytes = try with(reader, as: ReaderHandle.self) { try $0.plainBytesOfLines(lines) }
    (plainOffset.pointee, plainSize.pointee) = (UInt64(bytes.lowerBound), UInt64(bytes.count))
  }
}

@_cdecl("fscomp_reader_free")
public func readerFree(_ reader: OpaquePointer?) { free(reader, as: ReaderHandle.self) }
