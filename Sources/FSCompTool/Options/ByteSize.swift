/// A number of bytes as people write it: digits, and perhaps K, M, G or KiB, MiB, GiB, all of them
/// powers of 1024, or B.
package struct ByteSize: Equatable, Sendable {
  package var bytes: Int

  /// - Throws: `UsageError` if `text` is no such number or more than an Int holds.
  package init(_ text: String) throws {
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty else { throw UsageError("expected a size such as 4M") }
    let unit = text.dropFirst(digits.count)
    guard let shift = Self.shifts[unit.lowercased()] else {
      throw UsageError("expected a size such as 4M (units: K, M, G, powers of 1024)")
    }
    let (value, overflow) = (Int(digits) ?? .max).multipliedReportingOverflow(by: 1 << shift)
    guard Int(digits) != nil, !overflow else { throw UsageError("too large") }
    bytes = value
  }

  private static let shifts = [
    "": 0, "b": 0, "k": 10, "kib": 10, "m": 20, "mib": 20, "g": 30, "gib": 30,
  ]
}
