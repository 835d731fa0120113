import CSystem

/// The unfinished files to remove if a signal ends the process. Main thread only.
enum InterruptCleanup {
  /// Runs `body`, which may create, rename or remove an unfinished file, while signals wait.
  static func changing<Result, E: Error>(_ body: () throws(E) -> Result) throws(E) -> Result {
    csystem_signals_block()
    defer { csystem_signals_unblock() }
    return try body()
  }

  /// Within `changing`: from then on `path` is to be removed.
  static func add(_ path: Path) {
    _ = path.withCString { csystem_signals_add_path($0) }
  }

  /// Within `changing`: from then on `path` stays.
  static func remove(_ path: Path) {
    path.withCString { csystem_signals_remove_path($0) }
  }
}
