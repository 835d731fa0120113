/// Which programs to measure beside fscomp.
public enum PeerSelection: Sendable, Equatable {
  /// Every one that is installed and not slow.
  case installed
  /// These and no others, also slow ones; what is missing appears as "not installed".
  case named([String])

  /// Reads a comma-separated list of names; empty selects fscomp alone.
  /// - Throws: ``BenchmarkError/unknownPeer(_:)``
  public init(list: String) throws(BenchmarkError) {
    let names = list.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
    for name in names where !PeerEntry.knownNames.contains(name) {
      throw .unknownPeer(name)
    }
    self = .named(names)
  }

  func includes(_ entry: PeerEntry) -> Bool {
    switch self {
    case .installed: !entry.isSlow
    case .named(let names): names.contains(entry.name) || names.contains(entry.family)
    }
  }

  /// Whether a missing program is worth a row.
  var showsMissing: Bool { self != .installed }
}

/// One row that a benchmark can have.
struct PeerEntry: Sendable {
  /// What asks for this row, and what asks for it and its relatives.
  var name: String
  var family: String
  var label: String
  var isSlow = false
  var kind: Kind

  enum Kind: Sendable {
    case library(CodecSettings)
    case external(ExternalProgram)
  }

  /// The peers other than fscomp, in the order of a report.
  static func all(threads: Int) -> [PeerEntry] {
    let zstd = [3, 19, 22].map { level in
      PeerEntry(
        name: "zstd-\(level)", family: "zstd", label: "zstd -\(level)",
        kind: .library(.zstd(ZstdSettings(level: level, threads: threads))))
    }
    let external = ExternalProgram.all.map { program in
      PeerEntry(
        name: program.name, family: program.name, label: program.label,
        isSlow: program.isSlow, kind: .external(program))
    }
    return zstd + external
  }

  static func fscomp(_ settings: FscompSettings) -> PeerEntry {
    PeerEntry(name: "fscomp", family: "fscomp", label: "fscomp", kind: .library(.fscomp(settings)))
  }

  /// Everything `--peers` understands; fscomp itself may be named and is measured anyway.
  static let knownNames: [String] = {
    var names = ["fscomp"]
    for entry in all(threads: 1) {
      for name in [entry.family, entry.name] where !names.contains(name) { names.append(name) }
    }
    return names
  }()
}

extension PeerSelection {
  /// Names that a list may hold, for help texts.
  public static var knownNames: [String] { PeerEntry.knownNames }
}
