import CFSCompABI
import FSComp
import Prediction

/// What this program was built from, for `--version`.
enum BuildInfo {
  /// That of `fscomp.h`, where it is written once for all that the repository holds.
  static let version =
    "\(FSCOMP_VERSION_MAJOR).\(FSCOMP_VERSION_MINOR).\(FSCOMP_VERSION_PATCH)"
    + FSCOMP_VERSION_PRERELEASE

  /// The first line, for programs.
  static var line: String { "fscomp \(version)" }

  /// What follows: a line for each pair.
  static var details: [(name: String, value: String)] {
    var details = [(name: "format", value: "version \(FrameHeader.version)")]
    if let model = try? ModelStore.defaultModel {
      details.append(("model", "\(model.id) (\(model.name))"))
    }
    details.append(
      ("kernels", "\(Kernels.currentName) (of \(Kernels.availableNames.joined(separator: ", ")))"))
    return details
  }
}
