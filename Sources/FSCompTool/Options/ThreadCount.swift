import CSystem

/// How many threads work.
package struct ThreadCount: Equatable, Sendable {
  /// At least 1.
  package var count: Int

  /// 0 stands for a thread for each processor this process may use.
  /// - Throws: `UsageError` if `text` is not a number from 0 to `maximum`.
  package init(_ text: String) throws {
    guard let count = Int(text), (0...Self.maximum).contains(count) else {
      throw UsageError("expected a number from 0 (all cores) to \(Self.maximum)")
    }
    self.count = count == 0 ? Self.processors : count
  }

  /// A thread for each processor.
  package init() { count = Self.processors }

  package static let maximum = 1024

  private static var processors: Int {
    min(maximum, max(1, Int(csystem_processor_count())))
  }
}
