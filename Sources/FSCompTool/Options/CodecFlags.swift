import ArgumentParser
import FSComp
import Prediction

/// For everything that codes.
struct CodecFlags: ParsableArguments {
  @Option(
    name: [.customShort("T"), .long],
    help: .init("Threads; 0, the default: one for each core.", valueName: "n"),
    transform: ThreadCount.init)
  var threads: ThreadCount?

  @Option(
    name: .shortAndLong,
    help: .init(
      "A model file, or the name of an installed one; to decompress, one more to choose from.",
      valueName: "path|name"),
    completion: .models())
  var model: String?

  /// - Throws: `UsageError` if the environment says nonsense.
  var threadCount: Int {
    get throws { (try threads ?? Defaults.threads ?? ThreadCount()).count }
  }
}

/// How blocks are cut and coded.
struct BlockFlags: ParsableArguments {
  @Option(
    help: .init(
      "-1 to -3, quick, without the network; -4 to -9, small (default: -6).",
      valueName: "n"),
    completion: .levels, transform: Level.init)
  var level: Level?

  @Option(
    help: .init("Bytes in a block, such as 4M (default: the level's).", valueName: "size"),
    transform: ByteSize.init)
  var blockSize: ByteSize?

  @Flag(
    help: "Blocks of 64K, for quick access to any part; see 'fscomp cat --range'. Larger archives.")
  var seekable = false

  @Option(
    help: .init(
      "Lanes a block is cut into, a power of two up to 256; few compress better, many run faster.",
      valueName: "n"),
    transform: LaneCount.init)
  var lanes: LaneCount?

  @Option(
    help: .init(
      "Blocks that the network takes part in: those it knows something of, all, or none.",
      valueName: "auto|on|off"))
  var network: CompressionOptions.NetworkUse?

  @Flag(help: "The same as -9.") var best = false
  @Flag(help: "The same as -1.") var fast = false

  /// What a block adds to an archive is a fiftieth of this.
  static let leastBlockSize = 1 << 10

  /// - Throws: `UsageError` if a block would be larger than the format allows.
  func options(_ codec: CodecFlags) throws -> CompressionOptions {
    var options = CompressionOptions()
    if let level = try level ?? Defaults.level { options.level = level.level }
    if best || fast {
      guard level == nil, best != fast else {
        throw UsageError("--best, --fast and a level exclude each other")
      }
      let range = CompressionLevel.range
      options.level =
        CompressionLevel(best ? range.upperBound : range.lowerBound) ?? options.level
    }
    options.network = network
    options.threads = try codec.threadCount
    if let size = blockSize?.bytes {
      guard (Self.leastBlockSize...BlockLimits.maximumPlainSize).contains(size) else {
        let most = NumberFormat.bytes(BlockLimits.maximumPlainSize + 1)
        throw UsageError("a block has at least 1 KiB and less than \(most)")
      }
      guard !seekable else {
        throw UsageError("--seekable and --block-size exclude each other")
      }
      options.blockSize = size
    }
    if seekable { options.blockSize = CompressionOptions.seekableBlockSize }
    options.lanes = lanes?.count
    return options
  }
}

/// For compression.
struct CompressionFlags: ParsableArguments {
  @OptionGroup var blocks: BlockFlags

  @Option(
    help: .init(
      "Store where lines are: 'fscomp cat --lines' then decodes the blocks that hold them alone.",
      valueName: "lines"))
  var index: IndexedUnit?

  @Option(
    help: .init(
      "End a block that long after its first byte, full or not: for live logs.",
      valueName: "seconds"),
    transform: Seconds.init)
  var flushEvery: Seconds?

  /// - Throws: `UsageError` if a block would be larger than the format allows.
  func options(_ codec: CodecFlags) throws -> CompressionOptions {
    var options = try blocks.options(codec)
    options.flushAfter = flushEvery?.duration
    options.indexesLines = index == .lines
    return options
  }
}

extension CompressionOptions.NetworkUse: ExpressibleByArgument {}

/// What can be found by its number in an archive.
enum IndexedUnit: String, CaseIterable, ExpressibleByArgument {
  case lines
}

/// For whatever decodes.
struct MemoryFlags: ParsableArguments {
  @Option(
    help: .init("Memory for the blocks being decoded (default: 512M).", valueName: "size"),
    transform: ByteSize.init)
  var memory: ByteSize?

  func options(_ codec: CodecFlags) throws -> DecompressionOptions {
    var options = DecompressionOptions()
    options.threads = try codec.threadCount
    if let memory { options.memoryLimit = memory.bytes }
    options.memoryLimit = AddressSpace.memory(options.memoryLimit)
    return options
  }
}

/// For decompression.
struct DecompressionFlags: ParsableArguments {
  @OptionGroup var limits: MemoryFlags

  @Flag(
    inversion: .prefixedNo,
    help: "Leave holes in output files where there are blocks of zeros (default).")
  var sparse = true

  func options(_ codec: CodecFlags) throws -> DecompressionOptions { try limits.options(codec) }
}

/// For damaged archives.
struct SalvageFlags: ParsableArguments {
  @Flag(help: "Write every intact block of a damaged archive and say what is lost.")
  var salvage = false
}
