/// What the format allows in a block.
public enum BlockLimits {
  /// The most plain bytes in one block: 2^28 - 1, which a 4-byte varint holds.
  public static let maximumPlainSize = 1 << 28 - 1
  /// The most symbols that a payload can stand for.
  ///
  /// No bit is coded with a probability above 1 - 2^-17, so each of a symbol's 8 bits takes at least
  /// 2^-17 of the coder's interval. That has 2^64 numbers at first and is widened by 8 bits for each
  /// byte of the payload, so 8 * symbols * 2^-17 * log2(e) < 64 + 8 * bytes.
  package static func maximumSymbolCount(payloadSize: Int) -> Int { (payloadSize + 8) << 17 }
  /// The most lanes in one block.
  public static let maximumLanes = 256
  /// The encoder begins a new frame after this many blocks, so that the size of an index (at most
  /// 13 bytes a block) never outgrows its 32-bit field nor this program's memory.
  package static let blocksPerFrame = 1 << 24
}
