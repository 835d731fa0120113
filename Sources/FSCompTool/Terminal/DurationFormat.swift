extension Duration {
  /// Whole microseconds, clamped to what an Int holds.
  package var microseconds: Int {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    return carry ? (seconds < 0 ? .min : .max) : Int(sum)
  }

  /// For a time that was taken: "0.12 s", "12.3 s", "4:05", "1:02:03".
  package var elapsedText: String {
    let microseconds = max(0, microseconds)
    if microseconds < 9_995_000 {
      return NumberFormat.decimal((microseconds + 5_000) / 10_000, places: 2) + " s"
    }
    if microseconds < 59_950_000 {
      return NumberFormat.decimal((microseconds + 50_000) / 100_000, places: 1) + " s"
    }
    return clockText
  }

  /// As on a clock, to whole seconds: "0:43", "1:02:03".
  package var clockText: String {
    let total = max(0, microseconds / 1_000_000)
    let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60)
    func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return hours > 0
      ? "\(hours):\(twoDigits(minutes)):\(twoDigits(seconds))"
      : "\(minutes):\(twoDigits(seconds))"
  }
}
