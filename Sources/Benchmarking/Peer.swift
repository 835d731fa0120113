/// Which way a run goes.
public enum Direction: String, Sendable, CaseIterable {
  case compress
  case decompress
}

/// What a report says about a program.
public struct ProgramDescription: Sendable, Equatable {
  /// Name and settings, as in "xz -9e": the row's title.
  public var label: String
  /// What programs have in common that differ in settings only: the first word of the label.
  public var family: String { String(label.prefix { $0 != " " }) }
  /// What the program says of itself; nil if it says nothing.
  public var version: String?
  /// What the accounting "total" adds to the archive; empty if unknown, and then there is no total.
  public var decoder: [DecoderPart]

  public init(label: String, version: String? = nil, decoder: [DecoderPart] = []) {
    self.label = label
    self.version = version
    self.decoder = decoder
  }
}

/// A compressor to measure: every run of it is a process of its own.
package protocol Peer: Sendable {
  var description: ProgramDescription { get }

  /// The suffix, dot included, that the program wants to see on an archive; may be empty.
  var archiveSuffix: String { get }

  /// The process that turns `files.plain` into `files.archive`, or that into `files.restored`.
  func command(_ direction: Direction, _ files: TrialFiles) -> ChildCommand

  /// What has to be there before a run, and takes no part in it.
  func prepare(_ direction: Direction, _ files: TrialFiles) throws

  /// What a run that exited with status 0 cost.
  func cost(of result: ChildResult, _ files: TrialFiles) throws(PeerFailure) -> RunCost
}

extension Peer {
  package var archiveSuffix: String { "" }

  package func prepare(_ direction: Direction, _ files: TrialFiles) throws {}

  package func cost(of result: ChildResult, _ files: TrialFiles) throws(PeerFailure) -> RunCost {
    result.cost
  }
}

/// Why a peer's run gave no figures.
package struct PeerFailure: Error, Equatable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}

/// The files of one round trip, all in one temporary folder.
///
/// Names are the same for every input, because some archives store them.
package struct TrialFiles: Sendable {
  package let folder: String
  package let plainBytes: Int
  package let archiveSuffix: String

  package init(folder: String, plainBytes: Int, archiveSuffix: String = "") {
    self.folder = folder
    self.plainBytes = plainBytes
    self.archiveSuffix = archiveSuffix
  }

  package var plain: String { "\(folder)/plain" }
  package var archive: String { "\(folder)/archive\(archiveSuffix)" }
  package var restored: String { "\(folder)/\(restoredName)" }
  /// The same in the folder.
  package var restoredName: String { "restored" }
  /// What the program prints, where that is not its result.
  package var output: String { "\(folder)/output" }
  package var errors: String { "\(folder)/errors" }

  func product(of direction: Direction) -> String {
    switch direction {
    case .compress: archive
    case .decompress: restored
    }
  }
}
