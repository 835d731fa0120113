import CSystem

/// Finds a sequence of bytes in others.
struct ByteFinder {
  /// Not empty. In lower case if case is ignored.
  private let needle: [UInt8]
  private let ignoresCase: Bool

  /// - Parameters:
  ///   - needle: nil is returned for an empty one, which is everywhere.
  ///   - ignoresCase: of the letters of ASCII.
  init?(_ needle: [UInt8], ignoresCase: Bool) {
    guard !needle.isEmpty else { return nil }
    self.needle = ignoresCase ? needle.map(Self.lowercase) : needle
    self.ignoresCase = ignoresCase
  }

  /// Where it first begins, at `start` or behind.
  func firstIndex(in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
    guard let base = bytes.baseAddress, bytes.count - start >= needle.count else { return nil }
    if ignoresCase { return firstFoldedIndex(in: bytes, from: start) }
    let found = csystem_find(base + start, bytes.count - start, needle, needle.count)
    return found.map { $0 - base }
  }

  private func firstFoldedIndex(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    needle.withUnsafeBufferPointer { needle in
      for index in start...bytes.count - needle.count
      where Self.lowercase(bytes[index]) == needle[0] {
        var length = 1
        while length < needle.count, Self.lowercase(bytes[index + length]) == needle[length] {
          length += 1
        }
        if length == needle.count { return index }
      }
      return nil
    }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
