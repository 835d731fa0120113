/// What the format allows in a block.
public enum BlockLimits {
  /// The most plain bytes in one block: 2^28 - 1, which a 4-byte varint holds.
  public static let maximumPlainSize = 1 << 28 - 1
  /// The most lanes in one block.
  public static let maximumLanes = 256
  /// The encoder begins a new frame after this many blocks, so that the size of an index (at most
  /// 13 bytes a block) never outgrows its 32-bit field nor this program's memory.
  package static let blocksPerFrame = 1 << 24
}
