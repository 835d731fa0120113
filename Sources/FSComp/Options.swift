/// How to compress.
public struct CompressionOptions: Sendable {
  /// Plain bytes in a block: 1 ... `BlockLimits.maximumPlainSize`; others are brought into range.
  public var blockSize = 1 << 19
  /// Lanes in a block, a power of two 1 ... 256; others are rounded down to one. A block never
  /// gets more lanes than bytes. nil: up to 16, so long as each has 4096 bytes.
  public var lanes: Int?
  /// Blocks to work on at the same time, at least 1. Never changes the archive.
  public var threads = 1
  /// When to end a block before it is full: when so much time has passed since its first byte.
  /// nil: never.
  public var flushAfter: Duration?

  public init() {}
}

/// How to decompress.
public struct DecompressionOptions: Sendable {
  /// Blocks to work on at the same time, at least 1.
  public var threads = 1
  /// Bytes of memory for the blocks in flight, besides the model. Fewer blocks than threads are
  /// in flight when no more fit; a block that does not fit alone is an error.
  public var memoryLimit = 512 << 20

  public init() {}
}
