import Dispatch
import Platform
import Synchronization

/// The user's wish to stop: kills the program being measured, so that the benchmark unwinds and
/// removes its temporary folder instead of leaving both behind.
public final class Interruption: Sendable {
  /// The signals that ask a command to stop.
  static let signals = [SIGINT, SIGTERM, SIGHUP]

  private struct State {
    var isTriggered = false
    var child: RunningChild?
  }

  private let state = Mutex(State())

  public init() {}

  /// One that `SIGINT`, `SIGTERM` and `SIGHUP` trigger from now on, in place of ending the process.
  public static func onSignals() -> Interruption {
    let interruption = Interruption()
    for number in signals {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      // The handler holds its own source, which would otherwise end with this function.
      source.setEventHandler { withExtendedLifetime(source) { interruption.trigger() } }
      source.resume()
    }
    return interruption
  }

  public func trigger() {
    state.withLock { state in
      state.isTriggered = true
      state.child?.kill(as: .interrupted)
    }
  }

  /// Whether it has been triggered.
  public var isTriggered: Bool { state.withLock { $0.isTriggered } }

  /// The child to kill when triggered; at once, if it has been already.
  func watch(_ child: RunningChild?) {
    state.withLock { state in
      state.child = child
      if state.isTriggered { child?.kill(as: .interrupted) }
    }
  }
}
