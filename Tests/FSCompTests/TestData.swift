import FSComp
import Platform
import TestSupport
import Testing

/// Something like text, which every model compresses: `count` bytes.
func text(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  let words = [
    "the ", "of ", "and ", "a ", "in ", "is ", "language ", "network ", "was ", "city ", "first ",
    "century ", "river, ", "people ", "state. ", "The ",
  ]
  var generator = SplitMix64(seed: seed)
  var bytes: [UInt8] = []
  while bytes.count < count {
    bytes += Array((words.randomElement(using: &generator) ?? " ").utf8)
  }
  return Array(bytes.prefix(count))
}

/// English prose: 206,655 bytes.
func prose() throws -> [UInt8] {
  try contents(ofRepositoryFile: "corpora/samples/prose.txt")
}

/// Where the repository is.
let repository = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

/// - Parameter path: from the root of the repository.
func contents(ofRepositoryFile path: String) throws -> [UInt8] {
  let file = try #require(fopen("\(repository)/\(path)", "rb"))
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
    bytes += buffer[..<count]
  }
  return bytes
}

func compress(
  _ plain: [UInt8], blockSize: Int = 1 << 20, lanes: Int? = nil, threads: Int = 1,
  network: CompressionOptions.NetworkUse? = nil
) throws -> [UInt8] {
  var options = CompressionOptions()
  options.network = network
  options.blockSize = blockSize
  options.lanes = lanes
  options.threads = threads
  return Compressor(model: try ModelStore.defaultModel, options: options).compress(plain)
}

func decompressor(threads: Int = 1, memoryLimit: Int? = nil) -> Decompressor {
  var options = DecompressionOptions()
  options.threads = threads
  if let memoryLimit { options.memoryLimit = memoryLimit }
  return Decompressor(models: ModelStore(searchPath: []), options: options)
}

func decompress(
  _ archive: [UInt8], threads: Int = 1, memoryLimit: Int? = nil
) throws -> [UInt8] {
  try decompressor(threads: threads, memoryLimit: memoryLimit).decompress(archive)
}

/// What a damaged archive yields before it fails.
struct Outcome {
  var written: [UInt8]
  var error: ArchiveError?
}

func outcome(
  ofDecompressing archive: [UInt8], threads: Int = 1, memoryLimit: Int? = nil
) throws -> Outcome {
  var source = ArraySource(archive)
  var sink = ArraySink()
  do {
    let decompressor = decompressor(threads: threads, memoryLimit: memoryLimit)
    _ = try decompressor.decompress(from: &source, to: &sink)
    return Outcome(written: sink.bytes)
  } catch let error as ArchiveError {
    return Outcome(written: sink.bytes, error: error)
  }
}

func listing(_ archive: [UInt8]) throws -> ArchiveListing {
  var source = ArraySource(archive)
  return try ArchiveListing(from: &source)
}

extension Duration {
  /// Far more than anything under test takes; when it is up, the test has failed.
  static let patience = Duration.seconds(20)
}
