/// A piece of a block that is a copy of bytes before it.
package struct Repeat: BitwiseCopyable, Equatable, Sendable {
  /// How many bytes lie between the end of the repeat before it, or the beginning of the block, and
  /// this one.
  package var literals: Int
  /// How far back the bytes begin that it copies: at least 1. Where that is less than `count`, it copies
  /// bytes of its own, too, as in LZ77: at distance 1 it is a run of one byte.
  package var distance: Int
  /// Bytes: at least 1.
  package var count: Int

  package init(literals: Int, distance: Int, count: Int) {
    self.literals = literals
    self.distance = distance
    self.count = count
  }
}
