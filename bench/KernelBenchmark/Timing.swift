import Platform

/// The middle and the ends of repeated measurements, in nanoseconds.
struct Timing {
  let median: Double
  let fastest: Double
  let slowest: Double

  /// Runs `body`, which does its work `repetitions` times, often enough to tell.
  ///
  /// - Returns: the time of one repetition.
  init(runs: Int = 15, repetitions: Int, _ body: () -> Void) {
    body()  // caches, page faults, clock speed
    let times = (0..<runs).map { _ in
      let start = Self.now()
      body()
      return Double(Self.now() - start) / Double(repetitions)
    }.sorted()
    median = times[runs / 2]
    fastest = times[0]
    slowest = times[runs - 1]
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

/// `value` with this many decimals, in `width` columns.
func column(_ value: Double, _ decimals: Int, width: Int = 9) -> String {
  let scale = pow(10, Double(decimals))
  let units = Int((value * scale).rounded())
  var digits = String(units)
  if decimals > 0 {
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
  }
  return String(repeating: " ", count: max(0, width - digits.count)) + digits
}

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
