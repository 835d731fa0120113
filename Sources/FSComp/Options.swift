/// How to compress.
public struct CompressionOptions: Sendable {
  /// What is traded for what.
  public var level = CompressionLevel.default
  /// Plain bytes in a block: 1 ... `BlockLimits.maximumPlainSize`; others are brought into range.
  /// nil: as the level has it.
  public var blockSize: Int?
  /// Lanes in a block, a power of two 1 ... 256; others are rounded down to one. A block never
  /// gets more lanes than bytes. nil: as the level has it.
  public var lanes: Int?
  /// nil: as the level has it.
  public var network: NetworkUse?
  /// Blocks to work on at the same time, at least 1. Never changes the archive.
  public var threads = 1
  /// When to end a block before it is full: when so much time has passed since its first byte.
  /// nil: never.
  public var flushAfter: Duration?
  /// Whether the archive says how many lines are in each block, so that they are found by number.
  public var indexesLines = false

  /// Whatever is left out is as the level has it, on one thread.
  public init(
    level: CompressionLevel = .default, blockSize: Int? = nil, lanes: Int? = nil,
    network: NetworkUse? = nil, threads: Int = 1, flushAfter: Duration? = nil,
    indexesLines: Bool = false
  ) {
    self.level = level
    self.blockSize = blockSize
    self.lanes = lanes
    self.network = network
    self.threads = threads
    self.flushAfter = flushAfter
    self.indexesLines = indexesLines
  }

  /// Which blocks the network takes part in.
  public enum NetworkUse: String, CaseIterable, Sendable {
    /// Those of which a sample shows that it knows something about them.
    case automatic = "auto"
    /// All but those that are stored.
    case always = "on"
    /// None: several times faster, and larger.
    case never = "off"
  }

  /// The size of blocks that make any part quick to come by, as each is decoded for what is wanted
  /// of it. Archives of prose get a few percent larger.
  public static let seekableBlockSize = 64 << 10

  /// The most bytes that an archive of this many plain ones has; nil of more than 2^57.
  public func mostArchiveBytes(plainBytes: Int) -> Int? {
    let blockSize = min(effectiveBlockSize, effectiveBlockSizeWithoutNetwork)
    guard plainBytes <= 1 << 57 else { return nil }
    // The last two blocks share what is left equally.
    let blocks = plainBytes / blockSize + 2
    let frames = blocks / BlockLimits.blocksPerFrame + 1
    let eachBlock = BlockHeader.maximumByteCount
      + FrameIndex.maximumByteCountPerBlock(countsLines: indexesLines)
    let eachFrame = FrameHeader.byteCount + FrameIndex.maximumOverhead
    return plainBytes + blocks * eachBlock + frames * eachFrame
  }

  /// The block size in effect.
  public var effectiveBlockSize: Int { Self.bounded(blockSize ?? level.blockSize) }

  /// The same for data that the network does not take part in.
  public var effectiveBlockSizeWithoutNetwork: Int {
    Self.bounded(blockSize ?? level.blockSizeWithoutNetwork)
  }

  private static func bounded(_ blockSize: Int) -> Int {
    min(max(blockSize, 1), BlockLimits.maximumPlainSize)
  }
}

/// How to decompress.
public struct DecompressionOptions: Sendable {
  /// Blocks to work on at the same time, at least 1.
  public var threads = 1
  /// Bytes of memory for the blocks in flight, besides the model. Fewer blocks than threads are
  /// in flight when no more fit; a block that does not fit alone is an error.
  public var memoryLimit = 512 << 20

  /// On one thread, in 512 MiB, unless said otherwise.
  public init(threads: Int = 1, memoryLimit: Int = 512 << 20) {
    self.threads = threads
    self.memoryLimit = memoryLimit
  }
}
