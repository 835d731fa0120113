/// What came of measuring a program over a file.
public enum Outcome: Sendable, Equatable {
  case measured(Measurement)
  case notInstalled
  case timedOut(Direction, limit: Duration)
  /// The program failed, or did not give back the same bytes.
  case failed(String)
  /// In a table of totals: the program has figures for some of the files only.
  case incomplete

  public var measurement: Measurement? {
    if case .measured(let measurement) = self { measurement } else { nil }
  }

  /// Why there are no figures; nil if there are.
  public var remark: String? {
    switch self {
    case .measured: nil
    case .notInstalled: "not installed"
    case .timedOut(let direction, let limit):
      "\(direction.rawValue): stopped after \(limit.components.seconds) s"
    case .failed(let reason): reason
    case .incomplete: "not measured over every file"
    }
  }
}

/// A program and what came of it.
public struct BenchmarkRow: Sendable, Equatable {
  public var program: ProgramDescription
  public var outcome: Outcome

  public init(program: ProgramDescription, outcome: Outcome) {
    self.program = program
    self.outcome = outcome
  }

  /// Bytes needed to get the plain bytes back: the archive and all decoder parts; nil where these are
  /// not known.
  public var totalBytes: Int? {
    if program.decoder.isEmpty { return nil }
    return outcome.measurement.map { measurement in
      program.decoder.reduce(measurement.archiveBytes) { $0 + $1.byteCount }
    }
  }

  /// ``totalBytes`` in bits per plain byte; nil for empty input.
  public var totalBitsPerByte: Double? {
    guard let bytes = totalBytes else { return nil }
    return outcome.measurement?.bitsPerByte(ofTotal: bytes)
  }
}

/// The programs over one file, or over all of them.
public struct BenchmarkTable: Sendable, Equatable {
  /// The file's path as given.
  public var title: String
  public var plainBytes: Int
  public var rows: [BenchmarkRow]

  public init(title: String, plainBytes: Int, rows: [BenchmarkRow]) {
    self.title = title
    self.plainBytes = plainBytes
    self.rows = rows
  }
}

extension BenchmarkTable {
  /// By row: the place by the archive's size, from 1, the same for equal ones; nil without figures.
  package var ranks: [Int?] {
    let sizes = rows.map { $0.outcome.measurement?.archiveBytes }
    return sizes.map { size in
      size.map { size in 1 + sizes.count { $0.map { $0 < size } ?? false } }
    }
  }
}

/// The result of a benchmark.
public struct BenchmarkReport: Sendable, Equatable {
  public var machine: Machine
  public var threads: Int
  /// Bytes: of a separate program, a peak memory no larger than this means "at most this".
  public var memoryFloor: Int
  /// One for each file, all with the same programs in the same order.
  public var tables: [BenchmarkTable]

  public init(machine: Machine, threads: Int, memoryFloor: Int, tables: [BenchmarkTable]) {
    self.machine = machine
    self.threads = threads
    self.memoryFloor = memoryFloor
    self.tables = tables
  }

  /// What is drawn: the total of several files.
  var wholeTable: BenchmarkTable? { total ?? tables.first }

  /// The files taken together, a decoder counted once; nil for a single file.
  public var total: BenchmarkTable? {
    guard let first = tables.first, tables.count > 1 else { return nil }
    let rows = first.rows.indices.map { index in
      BenchmarkRow(
        program: first.rows[index].program,
        outcome: Self.sum(tables.map { $0.rows[index].outcome }))
    }
    return BenchmarkTable(
      title: "total of \(tables.count) files",
      plainBytes: tables.reduce(0) { $0 + $1.plainBytes }, rows: rows)
  }

  /// Whether a program failed, which includes a round trip that differs, or is not there though it
  /// was asked for.
  public var hasFailures: Bool {
    tables.contains { table in
      table.rows.contains { row in
        switch row.outcome {
        case .failed, .notInstalled: true
        case .measured, .timedOut, .incomplete: false
        }
      }
    }
  }

  private static func sum(_ outcomes: [Outcome]) -> Outcome {
    let measurements = outcomes.compactMap(\.measurement)
    guard let first = measurements.first else { return outcomes[0] }
    guard measurements.count == outcomes.count else { return .incomplete }
    return .measured(measurements.dropFirst().reduce(first, +))
  }
}
