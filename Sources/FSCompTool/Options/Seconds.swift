/// A time as people write it: seconds with or without decimals, and perhaps ms, s, m or h.
package struct Seconds: Equatable, Sendable {
  package var duration: Duration

  /// - Throws: `UsageError` if `text` is no such time, or over ten years.
  package init(_ text: String) throws {
    let number = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let unit = text.dropFirst(number.count)
    guard let milliseconds = Self.milliseconds[String(unit)], !number.isEmpty else {
      throw UsageError("expected seconds such as 2 or 0.5")
    }
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    guard let whole = Int(parts[0].isEmpty ? "0" : parts[0]), whole < 1 << 32,
      fraction.count <= 9, !fraction.contains("."), number != "."
    else { throw UsageError("expected seconds such as 2 or 0.5") }
    // Nanoseconds: nine decimals are exact.
    let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
    let duration = Duration.seconds(whole) + .nanoseconds(Int(padded) ?? 0)
    self.duration = duration * milliseconds / 1000
    guard self.duration < .seconds(315_360_000) else { throw UsageError("too long") }
  }

  private static let milliseconds = ["": 1000, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
}
