/// A range of lines as people write it, from 1: `A-B`, `A-` for all that follow, or `A` alone.
package struct LineRange: Equatable, Sendable {
  /// From 0.
  package var lines: Range<Int>

  /// - Throws: `UsageError` if `text` is no such range.
  package init(_ text: String) throws {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = Self.number(parts[0]), parts.count <= 2 else { throw Self.error }
    guard parts.count == 2, parts[1].isEmpty else {
      guard let last = Self.number(parts[parts.count - 1]), last >= first else {
        throw Self.error
      }
      lines = first - 1..<last
      return
    }
    lines = first - 1..<Int.max
  }

  private static var error: UsageError {
    UsageError("expected the numbers of two lines, the first from 1 on, such as 100-200")
  }

  private static func number(_ text: Substring) -> Int? {
    guard text.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(text), number > 0 else {
      return nil
    }
    return number
  }
}
