import Synchronization

/// What happens when a buffer gets no memory.
package enum OutOfMemory {
  private static let handler = Mutex<(@Sendable (Int) -> Never)?>(nil)

  /// Sets what to do, from any thread, when this many bytes were asked for in vain; by default the
  /// process ends with a fatal error.
  package static func handle(_ body: @escaping @Sendable (_ byteCount: Int) -> Never) {
    handler.withLock { $0 = body }
  }

  /// - Parameter byteCount: what was asked for in vain.
  package static func end(byteCount: Int) -> Never {
    if let handler = handler.withLock({ $0 }) { handler(byteCount) }
    fatalError("not enough memory: \(byteCount) bytes were asked for")
  }
}
