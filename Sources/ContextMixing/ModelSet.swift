/// Which context models take part in a block. A number in the block's header names them, so their
/// arithmetic is part of the format.
package enum ModelSet: UInt8, CaseIterable, Sendable {
  /// Few: quick, and little memory.
  case small = 1
  /// What pays for its time on most text.
  case standard = 2
  /// All there are.
  case full = 3
}
