import CSystem
import FSComp
import Platform

/// Rights to files that the process gives up before it reads what may be hostile, so that a bug in a
/// decoder would be of little use to whoever finds it. On Linux with Landlock; elsewhere it keeps them.
///
/// To be entered before other threads are made. What is open stays open.
package enum Sandbox {
  /// From here on nothing is written but what is open, and only these files, and models, are read.
  /// - Returns: whether the system could do that.
  @discardableResult
  package static func readOnly(_ inputs: [Input], _ models: ModelStore) -> Bool {
    let sandbox = csystem_sandbox_make(all)
    guard sandbox >= 0 else { return false }
    for case .file(let path) in inputs { path.withCString { allowReading(sandbox, $0) } }
    // Models may be links to elsewhere.
    for path in models.searchPath + models.storedPaths { allowReading(sandbox, path) }
    // How much memory is taken stands there.
    allowReading(sandbox, "/proc/self")
    return csystem_sandbox_enter(sandbox)
  }

  /// From here on only files are made, no program is run, and nothing goes over a network.
  /// - Returns: whether the system could do that.
  @discardableResult
  package static func filesOnly() -> Bool {
    let sandbox = csystem_sandbox_make(Int32(CSYSTEM_SANDBOX_REST))
    return sandbox >= 0 && csystem_sandbox_enter(sandbox)
  }

  private static let all =
    Int32(CSYSTEM_SANDBOX_READING | CSYSTEM_SANDBOX_WRITING | CSYSTEM_SANDBOX_REST)

  private static func allowReading(_ sandbox: Int32, _ path: UnsafePointer<CChar>) {
    csystem_sandbox_allow(sandbox, path, Int32(CSYSTEM_SANDBOX_READING))
  }
}
