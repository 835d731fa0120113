/// A range of bytes as people write it: `OFFSET+COUNT`, or `OFFSET+` for all that follows.
package struct ByteRange: Equatable, Sendable {
  package var bytes: Range<Int>

  /// - Throws: `UsageError` if `text` is no such range.
  package init(_ text: String) throws {
    let parts = text.split(separator: "+", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw UsageError("expected an offset and a size, such as 1G+64K")
    }
    let start = try ByteSize(String(parts[0])).bytes
    let count = parts[1].isEmpty ? .max : try ByteSize(String(parts[1])).bytes
    let (end, overflow) = start.addingReportingOverflow(count)
    bytes = start..<(overflow ? .max : end)
  }
}
