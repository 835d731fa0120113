/// A thread of the system.
///
/// Made directly, since a queue or a task that the system has no thread for waits without a word.
package struct SystemThread: @unchecked Sendable {
  // @unchecked: the handle is a name that any thread may hold.
  private let handle: pthread_t

  /// Of each thread, in bytes: the codec's depth is small, and what it needs more of is on the
  /// heap. Where address space is short, the system's usual 8 MiB would count.
  private static let stackSize = 1 << 20

  /// nil when the system has no thread to give.
  package init?(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    let boxed = Unmanaged.passRetained(Body(body))
    var (blocked, before) = (Self.asynchronousSignals, sigset_t())
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    #if canImport(Darwin)
      var created: pthread_t?
    #else
      var created = pthread_t()
    #endif
    let code = pthread_create(
      &created, &attributes,
      { pointer in
        // Optional on one system and not on the other.
        let pointer: UnsafeMutableRawPointer? = pointer
        if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, boxed.toOpaque())
    let handle: pthread_t? = created
    guard code == 0, let handle else {
      boxed.release()
      return nil
    }
    self.handle = handle
  }

  /// All signals but those of faults. The program that a thread works for, which may be anyone's,
  /// gets them on threads of its own: blocked while a thread is made, they stay so in it.
  private static var asynchronousSignals: sigset_t {
    var set = sigset_t()
    sigfillset(&set)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] {
      sigdelset(&set, fault)
    }
    return set
  }

  /// Waits for the end of the thread. Once, or else `detach`.
  package func join() { pthread_join(handle, nil) }

  /// Lets the thread go on by itself.
  package func detach() { pthread_detach(handle) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
