import Platform

/// Elapsed time that no clock adjustment can bend.
enum MonotonicClock {
  /// Seconds since some fixed moment, from `CLOCK_MONOTONIC`.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
