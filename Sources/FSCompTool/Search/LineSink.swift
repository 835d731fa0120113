import FSComp
import Platform

/// Hands on whole lines, many at a time, however the bytes were cut that come in.
///
/// Memory is bounded by the longest line.
final class LineSink: ByteSink {
  private let consume: (UnsafeRawBufferPointer) throws -> Void
  /// The beginning of a line.
  private var begun: [UInt8] = []

  /// - Parameter consume: gets lines that end with a newline, at the end of the input perhaps one
  ///   that does not.
  init(consume: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.consume = consume }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard var start = bytes.endOfFirstLine, let end = bytes.endOfLastLine else {
      begun.append(contentsOf: bytes)
      return
    }
    if begun.isEmpty {
      start = 0
    } else {
      begun.append(contentsOf: bytes[..<start])
      try begun.withUnsafeBytes(consume)
    }
    begun = Array(bytes[end...])
    if start < end { try consume(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
  }

  /// Hands on the last line.
  func finish() throws {
    if !begun.isEmpty { try begun.withUnsafeBytes(consume) }
    begun = []
  }
}

/// Thrown by a sink that has what it wants. Not a failure.
struct EnoughRead: Error {}

extension UnsafeRawBufferPointer {
  static let newline = UInt8(ascii: "\n")

  /// Behind the first newline at `start` or behind; nil if there is none.
  func endOfLine(from start: Int) -> Int? {
    guard let baseAddress, start < count else { return nil }
    let found = memchr(baseAddress + start, Int32(Self.newline), count - start)
    return found.map { UnsafeRawPointer($0) - baseAddress + 1 }
  }

  var endOfFirstLine: Int? { endOfLine(from: 0) }
  var endOfLastLine: Int? { lastIndex(of: Self.newline).map { $0 + 1 } }

  /// Newlines in a range of the bytes.
  func newlines(in range: Range<Int>) -> Int {
    var (count, position) = (0, range.lowerBound)
    while let end = endOfLine(from: position), end <= range.upperBound {
      count += 1
      position = end
    }
    return count
  }
}
