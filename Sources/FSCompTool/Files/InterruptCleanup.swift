import CSystem

/// The unfinished file to remove if a signal ends the process. Main thread only.
enum InterruptCleanup {
  /// Runs `body`, which may create or rename the unfinished file, while signals wait; what it
  /// returns is the path to remove from then on.
  static func changing<E: Error>(_ body: () throws(E) -> Path?) throws(E) {
    csystem_signals_block()
    defer { csystem_signals_unblock() }
    if let path = try body() {
      _ = path.withCString { csystem_signals_set_path($0) }
    } else {
      _ = csystem_signals_set_path(nil)
    }
  }
}
