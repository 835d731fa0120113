import CFSCompABI
import FSComp

/// An archive in memory that the caller keeps.
struct MemorySource: RandomAccessSource {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var size: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let rest = bytes.dropFirst(offset).prefix(buffer.count)
    buffer.copyBytes(from: rest)
    return rest.count
  }
}

/// An archive that a callback reads.
struct CallbackSource: RandomAccessSource {
  private let source: fscomp_source
  private let readAt: fscomp_read_at_fn
  let size: Int

  init(_ source: fscomp_source) throws {
    guard source.struct_size >= MemoryLayout<fscomp_source>.size,
      let size = Int(exactly: source.size)
    else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
    self.source = source
    self.size = size
    readAt = try needed(source.read_at)
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = readAt(source.user, UInt64(offset), buffer.baseAddress, buffer.count)
    guard (0...Int64(buffer.count)).contains(count) else {
      throw Failure(
        FSCOMP_ERROR_SOURCE, "reading \(buffer.count) bytes at \(offset) returned \(count)")
    }
    return Int(count)
  }
}
