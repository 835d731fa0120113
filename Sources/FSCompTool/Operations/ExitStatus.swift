/// How the process ends. As xz does: a warning is something unusual that was done all the same.
enum ExitStatus: Int32 {
  case success = 0
  case failure = 1
  case warning = 2

  /// Failure outweighs a warning, a warning success.
  mutating func combine(_ other: ExitStatus) {
    if self != .failure, other != .success { self = other }
  }
}
