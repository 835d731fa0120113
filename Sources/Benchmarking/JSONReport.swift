/// A report as JSON, for other programs.
extension BenchmarkReport {
  /// Indented JSON that ends in a line feed. Sizes and memory are bytes, times are seconds, speeds
  /// are 10^6 plain bytes a second; what does not apply is null.
  public func json() -> String {
    let value = JSONValue.object([
      ("format", .string("fscomp-benchmark-1")),
      (
        "accountings",
        .object([
          ("modelNotCounted", .string(ReportCells.modelNotCounted)),
          ("total", .string("archive + every part under decoder")),
        ])
      ),
      (
        "machine",
        .object([
          ("processor", .optional(machine.processor)),
          ("logicalCores", .integer(machine.logicalCores)),
          ("memory", .integer(machine.memory)),
        ])
      ),
      ("threads", .integer(threads)),
      ("memoryFloor", .integer(memoryFloor)),
      ("tables", .array(tables.map(Self.json))),
      ("total", total.map(Self.json) ?? .null),
    ])
    return value.text() + "\n"
  }

  private static func json(_ table: BenchmarkTable) -> JSONValue {
    .object([
      ("title", .string(table.title)),
      ("plainBytes", .integer(table.plainBytes)),
      ("rows", .array(table.rows.map(json))),
    ])
  }

  private static func json(_ row: BenchmarkRow) -> JSONValue {
    let measurement = row.outcome.measurement
    return .object([
      ("program", .string(row.program.label)),
      ("version", .optional(row.program.version)),
      ("status", .string(row.outcome.keyword)),
      ("remark", .optional(row.outcome.remark)),
      (
        "modelNotCounted",
        measurement.map { measurement in
          .object([
            ("bytes", .integer(measurement.archiveBytes)),
            ("bitsPerByte", .optional(measurement.bitsPerByte)),
            ("ratio", .optional(measurement.ratio)),
          ])
        } ?? .null
      ),
      (
        "total",
        row.totalBytes.map { _ in
          .object([
            ("bytes", .optional(row.totalBytes)),
            ("bitsPerByte", .optional(row.totalBitsPerByte)),
          ])
        } ?? .null
      ),
      (
        "decoder",
        .array(
          row.program.decoder.map { part in
            .object([("name", .string(part.name)), ("bytes", .integer(part.byteCount))])
          })
      ),
      ("compression", measurement.map { json($0.compression, $0.compressionSpeed) } ?? .null),
      ("decompression", measurement.map { json($0.decompression, $0.decompressionSpeed) } ?? .null),
    ])
  }

  private static func json(_ cost: RunCost, _ speed: Double?) -> JSONValue {
    .object([
      ("seconds", .number(cost.seconds)),
      ("userSeconds", .optional(cost.userSeconds)),
      ("megabytesPerSecond", .optional(speed)),
      ("peakMemory", .integer(cost.peakMemory)),
    ])
  }
}

extension Outcome {
  /// The value of "status" in JSON.
  var keyword: String {
    switch self {
    case .measured: "measured"
    case .notInstalled: "notInstalled"
    case .timedOut: "timedOut"
    case .failed: "failed"
    case .incomplete: "incomplete"
    }
  }
}
