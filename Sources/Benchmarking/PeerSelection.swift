/// Which programs to measure beside fscomp.
public enum PeerSelection: Sendable, Equatable {
  /// Every one that is installed and not slow.
  case installed
  /// These and no others, also slow ones; what is missing appears as "not installed".
  case named([String])

  /// Reads a comma-separated list of names; empty selects fscomp alone. Behind the name of a program
  /// and a colon there may be settings other than its usual ones: "mcm:-x11", "kanzi:-l 7".
  /// - Throws: ``BenchmarkError/unknownPeer(_:)``
  public init(list: String) throws(BenchmarkError) {
    let names = list.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
    for name in names {
      guard PeerEntry.knownNames.contains(name) || PeerEntry(settings: name, threads: 1) != nil
      else { throw .unknownPeer(name) }
    }
    self = .named(names)
  }

  /// The rows besides those of fscomp, in their order.
  func entries(threads: Int) -> [PeerEntry] {
    let all = PeerEntry.all(threads: threads)
    switch self {
    case .installed: return all.filter { !$0.isSlow }
    case .named(let names):
      return all.filter { names.contains($0.name) || names.contains($0.family) }
        + names.compactMap { PeerEntry(settings: $0, threads: threads) }
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
    case external(ExternalProgram, settings: [String])
  }

  /// The peers other than fscomp, in the order of a report.
  static func all(threads: Int) -> [PeerEntry] {
    let zstd = [3, 19, 22].map { level in
      PeerEntry(
        name: "zstd-\(level)", family: "zstd", label: "zstd -\(level)",
        kind: .library(.zstd(ZstdSettings(level: level, threads: threads))))
    }
    let external = ExternalProgram.all.flatMap { program in
      program.settings.map { settings in
        let isOnly = program.settings.count == 1
        return PeerEntry(
          program, settings, name: program.name + (isOnly ? "" : settings.joined()))
      }
    }
    return zstd + external
  }

  /// A program with settings of its own, as in "mcm:-x11"; nil if it is nothing like that.
  init?(settings text: String, threads: Int) {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let program = ExternalProgram.all.first(where: { $0.name == parts[0] })
    else { return nil }
    self.init(program, parts[1].split(separator: " ").map(String.init), name: text)
  }

  private init(_ program: ExternalProgram, _ settings: [String], name: String) {
    self.init(
      name: name, family: program.name, label: program.title(settings),
      isSlow: program.isSlow, kind: .external(program, settings: settings))
  }

  private init(
    name: String, family: String, label: String, isSlow: Bool = false, kind: Kind
  ) {
    self.name = name
    self.family = family
    self.label = label
    self.isSlow = isSlow
    self.kind = kind
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
