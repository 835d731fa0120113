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
    completion: .file(extensions: ["fsm"]))
  var model: String?

  var threadCount: Int { (threads ?? ThreadCount()).count }
}

/// For compression.
struct CompressionFlags: ParsableArguments {
  @Option(
    help: .init(
      "-1 to -3, quick, without the network; -4 to -9, small (default: -6).",
      valueName: "n"),
    transform: Level.init)
  var level: Level?

  @Option(
    help: .init("Bytes in a block, such as 4M (default: the level's).", valueName: "size"),
    transform: ByteSize.init)
  var blockSize: ByteSize?

  @Option(
    help: .init(
      "Lanes a block is cut into, a power of two up to 256; few compress better, many run faster.",
      valueName: "n"),
    transform: LaneCount.init)
  var lanes: LaneCount?

  @Option(
    help: .init(
      "End a block that long after its first byte, full or not: for live logs.",
      valueName: "seconds"),
    transform: Seconds.init)
  var flushEvery: Seconds?

  @Option(
    help: .init(
      "Blocks that the network takes part in: those it knows something of, all, or none.",
      valueName: "auto|on|off"))
  var network: CompressionOptions.NetworkUse?

  /// - Throws: `UsageError` if a block would be larger than the format allows.
  func options(_ codec: CodecFlags) throws -> CompressionOptions {
    var options = CompressionOptions()
    if let level { options.level = level.level }
    options.network = network
    options.threads = codec.threadCount
    if let size = blockSize?.bytes {
      guard (1...BlockLimits.maximumPlainSize).contains(size) else {
        throw UsageError("a block has 1 to \(BlockLimits.maximumPlainSize) bytes")
      }
      options.blockSize = size
    }
    options.lanes = lanes?.count
    options.flushAfter = flushEvery?.duration
    return options
  }
}

extension CompressionOptions.NetworkUse: ExpressibleByArgument {}

/// For decompression.
struct DecompressionFlags: ParsableArguments {
  @Option(
    help: .init("Memory for the blocks being decoded (default: 512M).", valueName: "size"),
    transform: ByteSize.init)
  var memory: ByteSize?

  func options(_ codec: CodecFlags) -> DecompressionOptions {
    var options = DecompressionOptions()
    options.threads = codec.threadCount
    if let memory { options.memoryLimit = memory.bytes }
    return options
  }
}

/// For damaged archives.
struct SalvageFlags: ParsableArguments {
  @Flag(help: "Write every intact block of a damaged archive and say what is lost.")
  var salvage = false
}
