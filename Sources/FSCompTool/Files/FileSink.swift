import FSComp
import Platform

/// Writes to a file, a pipe or a terminal, or to nowhere.
final class FileSink: ByteSink {
  /// Nil: what is written is dropped.
  let descriptor: Descriptor?
  /// Bytes written so far.
  private(set) var byteCount = 0
  /// Those of them that an earlier run has written.
  private(set) var kept = 0
  private let isSparse: Bool
  /// Zeros passed over since the last byte that was written.
  private var hole = 0

  /// File systems keep blocks of this size, or of a multiple.
  private static let blockSize = 4096

  /// - Parameter isSparse: leave holes where there are blocks of zeros. For regular files that are
  ///   written from their end on; `finish` has to follow.
  init(_ descriptor: Descriptor?, isSparse: Bool = false) {
    self.descriptor = descriptor
    self.isSparse = isSparse
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard isSparse, let descriptor else {
      byteCount += bytes.count
      return try put(bytes)
    }
    var rest = bytes
    while !rest.isEmpty {
      let zeros = zeroPrefix(of: rest)
      if zeros > 0 {
        hole += zeros
        byteCount += zeros
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(zeros))
        continue
      }
      if hole > 0 {
        guard lseek(descriptor.raw, off_t(hole), SEEK_CUR) >= 0 else {
          throw FileError(descriptor.name)
        }
        hole = 0
      }
      let data = dataPrefix(of: rest)
      try put(UnsafeRawBufferPointer(rebasing: rest.prefix(data)))
      byteCount += data
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(data))
    }
  }

  /// Gives the file its length, if it ends in a hole.
  func finish() throws(FileError) {
    guard let descriptor, hole > 0 else { return }
    hole = 0
    try descriptor.truncate(to: byteCount)
  }

  /// Keeps the first bytes of what an earlier run has written, and goes on behind them.
  func keep(first count: Int) throws(FileError) {
    guard let descriptor else { return }
    try descriptor.truncate(to: count)
    guard lseek(descriptor.raw, off_t(count), SEEK_SET) >= 0 else {
      throw FileError(descriptor.name)
    }
    (byteCount, kept, hole) = (count, count, 0)
  }

  func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  // MARK: -

  /// How many of the bytes, up to the end of a block of the file, are zeros that fill the block.
  /// A block that was begun with a hole before these bytes goes on being one.
  private func zeroPrefix(of bytes: UnsafeRawBufferPointer) -> Int {
    let begun = byteCount % Self.blockSize
    guard begun == 0 || hole >= begun else { return 0 }
    let count = min(bytes.count, Self.blockSize - begun)
    return Self.isZero(bytes.prefix(count)) ? count : 0
  }

  /// How many bytes come before the next block of zeros.
  private func dataPrefix(of bytes: UnsafeRawBufferPointer) -> Int {
    var end = min(bytes.count, Self.blockSize - byteCount % Self.blockSize)
    while end < bytes.count, !Self.isZero(bytes[end..<min(end + Self.blockSize, bytes.count)]) {
      end = min(end + Self.blockSize, bytes.count)
    }
    return end
  }

  private static func isZero(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    guard let start = bytes.baseAddress, bytes[0] == 0 else { return false }
    return memcmp(start, start + 1, bytes.count - 1) == 0
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    guard let descriptor else { return }
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor.raw, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: _ = waitForEvents(Int32(POLLOUT), on: descriptor, timeout: nil)
      case EPIPE: throw ClosedPipe()
      default: throw FileError(descriptor.name)
      }
    }
  }
}
