import Plotting

/// A report's words and numbers, before they are laid out.
enum ReportCells {
  static let header = [
    "program", "rank", "archive B", "bits/byte", "ratio", "total B", "total bits/byte", "comp.",
    "decomp.", "peak MB",
  ]

  /// Cells of all rows of a table.
  static func cells(_ table: BenchmarkTable) -> [[String]] {
    zip(table.rows, table.ranks).map(cells)
  }

  private static func cells(_ row: BenchmarkRow, rank: Int?) -> [String] {
    guard let measurement = row.outcome.measurement else {
      return [row.program.label] + header.dropFirst().map { _ in "-" }
    }
    return [
      row.program.label,
      rank.map(String.init) ?? "-",
      "\(measurement.archiveBytes)",
      DecimalText.fixed(measurement.bitsPerByte, 4),
      DecimalText.fixed(measurement.ratio, 3),
      row.totalBytes.map(String.init) ?? "-",
      DecimalText.fixed(row.totalBitsPerByte, 4),
      speed(measurement.compressionSpeed),
      speed(measurement.decompressionSpeed),
      DecimalText.fixed(Double(measurement.peakMemory) / 1e6, 1),
    ]
  }

  /// Three digits in a unit that suits: "78.3 KB/s", "1.38 MB/s", "540 MB/s".
  ///
  /// - Parameter megabytes: 10^6 bytes a second.
  static func speed(_ megabytes: Double?) -> String {
    guard let megabytes, megabytes.isFinite else { return "-" }
    // Below this it would be rounded to 1000 KB/s.
    let isSlow = megabytes < 0.9995
    let value = isSlow ? megabytes * 1000 : megabytes
    let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return DecimalText.fixed(value, digits) + (isSlow ? " KB/s" : " MB/s")
  }

  static func title(_ table: BenchmarkTable) -> String {
    "\(table.title): \(table.plainBytes) bytes"
  }

  /// Reasons for rows without figures, as "program: reason".
  static func remarks(_ table: BenchmarkTable) -> [String] {
    table.rows.compactMap { row in
      row.outcome.remark.map { "\(row.program.label): \($0)" }
    }
  }

  static let modelNotCounted = "the archive alone"
  static let total =
    "archive + model + executable, as listed below, for those where it is known; libraries that the "
    + "listed files load are not counted"

  /// How the columns are to be read.
  static func legend(_ report: BenchmarkReport) -> [String] {
    var lines = [
      "archive, bits/byte, ratio: model not counted (\(modelNotCounted)); ratio = input / archive.",
      "total: \(total).",
      "rank: by the size of the archive.",
      "KB = 10^3, MB = 10^6 bytes. Wall-clock time, files read and written; the fastest of up to "
        + "\(PeerTrial.maximumRuns) runs if they are shorter than "
        + "\(DecimalText.fixed(PeerTrial.enoughSeconds, 1)) s.",
      "Peak: the largest resident set of both directions.",
      "Where there are figures, the round trip gave back the same bytes.",
    ]
    let floor = report.memoryFloor
    let peaks = report.tables.flatMap { $0.rows.compactMap(\.outcome.measurement?.peakMemory) }
    if peaks.contains(where: { $0 <= floor }) {
      let megabytes = DecimalText.fixed(Double(floor) / 1e6, 1)
      lines[4] += " Of a separate program, up to \(megabytes) MB means \"at most\"."
    }
    let machine = report.machine
    lines.append(
      "\(report.threads) thread\(report.threads == 1 ? "" : "s"), where a program has the choice; "
        + "\(machine.processor ?? "unknown processor"), \(machine.logicalCores) logical cores.")
    return lines
  }

  /// What the total counts for each program, as "program: parts".
  static func decoders(_ report: BenchmarkReport) -> [String] {
    guard let table = report.tables.first else { return [] }
    let measured = table.rows.indices.filter { index in
      report.tables.contains { $0.rows[index].outcome.measurement != nil }
    }
    return measured.map { index in
      let row = table.rows[index]
      let parts = row.program.decoder.map { "\($0.name) \($0.byteCount)" }
      if parts.isEmpty { return "\(row.program.label): the program's size is not known" }
      return "\(row.program.label): \((["archive"] + parts).joined(separator: " + "))"
    }
  }

  /// What the programs say of themselves, as "program: version".
  static func versions(_ report: BenchmarkReport) -> [String] {
    (report.tables.first?.rows ?? []).compactMap { row in
      row.program.version.map { "\(row.program.label): \($0)" }
    }
  }
}
