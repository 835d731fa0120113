/// Bytes that are lent for the time of a call, as a source.
package final class LentBytes: ByteSource {
  private var unread = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Whether no others will be lent.
  package var isLast = false
  /// How many bytes were read so far.
  private(set) var readCount = 0

  package init() {}

  /// Lends bytes while `body` runs.
  func lend<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: () throws -> Result
  ) rethrows -> Result {
    unread = bytes
    defer { unread = UnsafeRawBufferPointer(start: nil, count: 0) }
    return try body()
  }

  /// - Throws: `InputPending` when all that were lent are read and others may follow.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, unread.count)
    guard count > 0 else {
      if isLast { return 0 }
      throw InputPending()
    }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: unread[..<count]))
    unread = UnsafeRawBufferPointer(rebasing: unread[count...])
    readCount += count
    return count
  }
}

/// A source has nothing to give yet: whatever wanted it can be done again when it has.
package struct InputPending: Error {}
