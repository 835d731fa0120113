import Platform

/// What this process has taken from its machine so far.
struct ProcessUsage: CustomStringConvertible {
  /// Of all its threads, in the program and in the system for it.
  var processorTime: Duration
  /// The most memory that it has had at a time, in bytes.
  var peakMemory: Int

  static var current: ProcessUsage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func duration(_ time: timeval) -> Duration {
      .seconds(Int(time.tv_sec)) + .microseconds(Int(time.tv_usec))
    }
    // Linux counts in KiB.
    return ProcessUsage(
      processorTime: duration(usage.ru_utime) + duration(usage.ru_stime),
      peakMemory: Int(usage.ru_maxrss) << 10)
  }

  var description: String {
    "processor time \(processorTime.elapsedText), peak memory \(NumberFormat.bytes(peakMemory))"
  }
}
