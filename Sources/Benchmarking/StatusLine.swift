import Plotting

/// One line for a terminal or a log, written in two pieces: what is being run, then what came of
/// it.
extension BenchmarkStatus {
  public var text: String {
    switch self {
    case .started(let program, let file):
      return "\(file): \(program) ... "
    case .finished(_, _, let outcome):
      guard let measurement = outcome.measurement else { return "\(outcome.remark ?? "")\n" }
      let bits = DecimalText.fixed(measurement.bitsPerByte, 3)
      let times = [measurement.compression, measurement.decompression]
        .map { DecimalText.fixed($0.seconds, 2) }
      return "\(bits) bits/byte, \(times[0]) s, back in \(times[1]) s\n"
    }
  }
}
