import FSComp
import Prediction

/// What this program was built from, for `--version`.
enum BuildInfo {
  static let version = "0.1.0"

  /// One line for programs.
  static var line: String { "fscomp \(version)" }

  /// What `--version -v` adds: a line for each pair.
  static var details: [(name: String, value: String)] {
    var details: [(name: String, value: String)] = []
    if let model = try? ModelStore.defaultModel {
      details.append(("model", "\(model.id) (\(model.name))"))
    }
    details.append(
      ("kernels", "\(Kernels.currentName) (of \(Kernels.availableNames.joined(separator: ", ")))"))
    return details
  }
}
