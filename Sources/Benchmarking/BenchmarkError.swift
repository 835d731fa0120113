/// Why a benchmark could not be carried out at all. What single programs do wrong is an
/// ``Outcome``.
public enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  case unknownPeer(String)
  case notAFile(String)
  /// fscomp itself cannot run, as when its model is missing.
  case fscomp(String)
  case system(SystemError)
  case interrupted

  public var description: String {
    switch self {
    case .unknownPeer(let name):
      "unknown peer: \(name) (known: \(PeerSelection.knownNames.joined(separator: ", ")))"
    case .notAFile(let path): "not a regular file: \(path)"
    case .fscomp(let reason): reason
    case .system(let error): error.description
    case .interrupted: "interrupted"
    }
  }
}
