import CSystem
@preconcurrency import Platform

/// A program to start: no shell, so nothing needs quoting.
package struct ChildCommand: Sendable, Equatable {
  /// A path, or a name to look up in `$PATH`.
  package var executable: String
  /// Without the program's own name.
  package var arguments: [String]
  /// Files that take the place of the standard streams; nil is `/dev/null`. Output files are
  /// created or emptied.
  package var standardInput: String?
  package var standardOutput: String?
  package var standardError: String?
  /// What is its current folder; nil: that of this process. Other paths do not depend on it.
  package var folder: String?

  package init(
    _ executable: String, _ arguments: [String], standardInput: String? = nil,
    standardOutput: String? = nil, standardError: String? = nil, folder: String? = nil
  ) {
    self.executable = executable
    self.arguments = arguments
    self.standardInput = standardInput
    self.standardOutput = standardOutput
    self.standardError = standardError
    self.folder = folder
  }
}

/// How a child ended.
package enum ChildTermination: Sendable, Equatable {
  case exited(Int32)
  case signaled(Int32)
  /// Killed here because it ran longer than it may.
  case timedOut
  /// Killed here because the user asked to stop.
  case interrupted
}

/// What a child cost.
package struct ChildResult: Sendable, Equatable {
  package var termination: ChildTermination
  package var cost: RunCost
}

/// Starts a program in a process group of its own, waits for it, and kills the group when its
/// time is up or the user interrupts.
///
/// Peak memory is `ru_maxrss` of `wait4`, the largest resident set of the child or any one of its
/// waited-for descendants. Linux starts that count with the parent's resident set, which the child
/// shares until it executes its program, so no figure can be lower than ``memoryFloor``.
package enum ChildProcess {
  /// - Parameters:
  ///   - limit: wall-clock time after which the child is killed; nil lets it run.
  ///   - interruption: kills the child when it is triggered, also if that happened before.
  /// - Throws: `SystemError` if the program cannot be started.
  package static func run(
    _ command: ChildCommand, limit: Duration? = nil, interruption: Interruption? = nil
  ) throws(SystemError) -> ChildResult {
    let start = MonotonicClock.now()
    let child = RunningChild(try spawn(command))
    interruption?.watch(child)
    defer { interruption?.watch(nil) }
    let watchdog = limit.map { child.killed(after: $0) }
    defer { watchdog?.cancel() }
    return child.wait(since: start)
  }

  /// Bytes below which a child's peak memory cannot be seen: this process's own peak.
  package static var memoryFloor: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  private static func spawn(_ command: ChildCommand) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    let streams: [(Int32, String?, Int32)] = [
      (0, command.standardInput, O_RDONLY),
      (1, command.standardOutput, writing),
      (2, command.standardError, writing),
    ]
    for (descriptor, path, flags) in streams {
      posix_spawn_file_actions_addopen(&actions, descriptor, path ?? "/dev/null", flags, 0o600)
    }

    if let folder = command.folder { _ = csystem_spawn_in_folder(&actions, folder) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A peer must see the signals a shell would give it, whatever this process ignores or blocks.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in Interruption.signals + [SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var arguments = ([command.executable] + command.arguments).map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var environment = inheritedEnvironment()
    var child = pid_t()
    let code = posix_spawnp(
      &child, command.executable, &actions, &attributes, &arguments, &environment)
    guard code == 0 else { throw SystemError("start", command.executable, code: code) }
    return child
  }

  /// This process's environment without the variables that change a peer's settings. The strings
  /// still belong to the environment.
  private static func inheritedEnvironment() -> [UnsafeMutablePointer<CChar>?] {
    let hidden = ["XZ_OPT=", "XZ_DEFAULTS="]
    var kept: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let variable = next.pointee {
      if !hidden.contains(where: { strncmp(variable, $0, strlen($0)) == 0 }) {
        kept.append(variable)
      }
      next += 1
    }
    return kept + [nil]
  }
}
