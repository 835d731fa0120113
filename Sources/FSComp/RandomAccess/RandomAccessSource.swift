/// Bytes that can be read from anywhere: a file, memory, an object in a store.
public protocol RandomAccessSource {
  /// Of all of it, in bytes.
  var size: Int { get throws }

  /// Reads up to `buffer.count` bytes at an offset, at least one. Returns how many were read; 0
  /// means that there are none at that offset.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension RandomAccessSource {
  /// So many bytes at an offset; fewer where the source ends.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    // Memory for bytes that are there, whatever was asked for.
    let count = max(0, min(count, try size - offset))
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let added = try bytes.withUnsafeMutableBytes {
        try read(at: offset + filled, into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      guard added > 0 else { break }
      filled += added
    }
    return filled == count ? bytes : Array(bytes.prefix(filled))
  }
}

extension ArraySource: RandomAccessSource {
  /// Of the array.
  public var size: Int { byteCount }

  /// Copies bytes at an offset.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    copy(from: offset, into: buffer)
  }
}
