/// How many lanes a block is cut into.
package struct LaneCount: Equatable, Sendable {
  package var count: Int

  /// - Throws: `UsageError` if `text` is not a power of two from 1 to 256.
  package init(_ text: String) throws {
    guard let count = Int(text), (1...256).contains(count), count.nonzeroBitCount == 1 else {
      throw UsageError("expected a power of two from 1 to 256")
    }
    self.count = count
  }
}
