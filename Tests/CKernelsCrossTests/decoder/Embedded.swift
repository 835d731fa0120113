// What embedded Swift lacks of what Platform stands on.

/// In place of the one that is found by a task: nobody counts here.
package final class MemoryLedger: Sendable {
  package static var current: MemoryLedger? { nil }

  func add(_ count: Int) {}
}

/// In place of the one whose answer a program can choose.
package enum OutOfMemory {
  static func end(byteCount: Int) -> Never { fatalError("not enough memory") }
}

/// A macro with a cast in it, which Swift's own module of the C library writes out as well.
var MAP_FAILED: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: -1) }
