import CFSCompABI
import FSComp
import Synchronization

/// What `fscomp_options` hold.
struct Options: @unchecked Sendable {
  // @unchecked: the callback and what it is called with are the caller's.

  var compression = CompressionOptions()
  var decompression = DecompressionOptions()
  var model: Model?
  var moreModels: [Model] = []
  var progress: fscomp_progress_fn?
  var user: UnsafeMutableRawPointer?

  /// Those of NULL, too.
  static func of(_ pointer: OpaquePointer?) throws -> Options {
    guard pointer != nil else { return Options() }
    return try with(pointer) { $0 }
  }

  func compressor() throws -> Compressor {
    Compressor(model: try model ?? ModelStore.sharedDefaultModel, options: compression)
  }

  func store() throws -> ModelStore {
    // Prepared here, since whoever finds it by its id does not know of forks.
    _ = try ModelStore.sharedDefaultModel
    var store = ModelStore(searchPath: ModelStore.standardSearchPath)
    for model in [model].compactMap({ $0 }) + moreModels { store.add(model) }
    return store
  }

  func decompressor() throws -> Decompressor {
    Decompressor(models: try store(), options: decompression)
  }

  /// Tells the caller of progress, and whether to go on.
  func report(_ now: Progress) -> Bool {
    progress.map { $0(user, UInt64(now.plainBytes), UInt64(now.archiveBytes)) == 0 } ?? true
  }

  mutating func set(_ option: Int32, _ value: Int) throws {
    switch fscomp_option(rawValue: UInt32(bitPattern: option)) {
    case FSCOMP_OPTION_LEVEL: compression.level = try needed(CompressionLevel(value))
    case FSCOMP_OPTION_BLOCK_SIZE:
      try check(value, 0...BlockLimits.maximumPlainSize)
      compression.blockSize = value == 0 ? nil : value
    case FSCOMP_OPTION_LANES:
      try check(value, 0...BlockLimits.maximumLanes)
      guard value & (value - 1) == 0 else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
      compression.lanes = value == 0 ? nil : value
    case FSCOMP_OPTION_NETWORK:
      compression.network =
        switch fscomp_network(rawValue: UInt32(truncatingIfNeeded: value)) {
        case FSCOMP_NETWORK_DEFAULT: nil
        case FSCOMP_NETWORK_AUTO: .automatic
        case FSCOMP_NETWORK_ON: .always
        case FSCOMP_NETWORK_OFF: .never
        default: throw Failure(FSCOMP_ERROR_ARGUMENT)
        }
    case FSCOMP_OPTION_THREADS:
      try check(value, 0...4096)
      let threads = value == 0 ? Int(fscabi_processors()) : value
      compression.threads = threads
      decompression.threads = threads
    case FSCOMP_OPTION_MEMORY_LIMIT:
      try check(value, 1...(.max / 4))
      decompression.memoryLimit = value
    case FSCOMP_OPTION_SEEKABLE:
      try check(value, 0...1)
      compression.blockSize = value == 0 ? nil : CompressionOptions.seekableBlockSize
    case FSCOMP_OPTION_INDEX:
      compression.indexesLines =
        switch fscomp_index(rawValue: UInt32(truncatingIfNeeded: value)) {
        case FSCOMP_INDEX_BLOCKS: false
        case FSCOMP_INDEX_LINES: true
        default: throw Failure(FSCOMP_ERROR_ARGUMENT)
        }
    default: throw Failure(FSCOMP_ERROR_ARGUMENT, "there is no option \(option)")
    }
  }

  func value(_ option: Int32) throws -> Int {
    switch fscomp_option(rawValue: UInt32(bitPattern: option)) {
    case FSCOMP_OPTION_LEVEL: compression.level.number
    case FSCOMP_OPTION_BLOCK_SIZE: compression.blockSize ?? 0
    case FSCOMP_OPTION_LANES: compression.lanes ?? 0
    case FSCOMP_OPTION_NETWORK:
      switch compression.network {
      case nil: Int(FSCOMP_NETWORK_DEFAULT.rawValue)
      case .automatic: Int(FSCOMP_NETWORK_AUTO.rawValue)
      case .always: Int(FSCOMP_NETWORK_ON.rawValue)
      case .never: Int(FSCOMP_NETWORK_OFF.rawValue)
      }
    case FSCOMP_OPTION_THREADS: compression.threads
    case FSCOMP_OPTION_MEMORY_LIMIT: decompression.memoryLimit
    case FSCOMP_OPTION_SEEKABLE:
      compression.blockSize == CompressionOptions.seekableBlockSize ? 1 : 0
    case FSCOMP_OPTION_INDEX:
      Int((compression.indexesLines ? FSCOMP_INDEX_LINES : FSCOMP_INDEX_BLOCKS).rawValue)
    default: throw Failure(FSCOMP_ERROR_ARGUMENT, "there is no option \(option)")
    }
  }

  private func check(_ value: Int, _ range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw Failure(
        FSCOMP_ERROR_ARGUMENT, "\(value) is not in \(range.lowerBound)...\(range.upperBound)")
    }
  }
}

/// A `fscomp_options`: calls that read it at the same time, such as compressions on several threads,
/// are no mistake.
final class OptionsHandle: Handle {
  let options = Mutex(Options())
}

private func with<Result>(
  _ pointer: OpaquePointer?, _ body: (inout Options) throws -> Result
) throws -> Result {
  try withShared(pointer, as: OptionsHandle.self) { handle in
    var result: Result?
    try handle.options.withLock { result = try body(&$0) }
    return try needed(result)
  }
}

@_cdecl("fscomp_options_new")
public func optionsNew(_ place: UnsafeMutablePointer<OpaquePointer?>?) -> Int32 {
  call { OptionsHandle().release(to: try cleared(place)) }
}

@_cdecl("fscomp_options_set")
public func optionsSet(_ options: OpaquePointer?, _ option: Int32, _ value: Int64) -> Int32 {
  call { try with(options) { try $0.set(option, Int(value)) } }
}

@_cdecl("fscomp_options_get")
public func optionsGet(
  _ options: OpaquePointer?, _ option: Int32, _ place: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let place = try needed(place)
    place.pointee = 0
    place.pointee = Int64(try with(options) { try $0.value(option) })
  }
}

@_cdecl("fscomp_options_set_model")
public func optionsSetModel(_ options: OpaquePointer?, _ model: OpaquePointer?) -> Int32 {
  call { try with(options) { $0.model = ModelHandle.of(model) } }
}

@_cdecl("fscomp_options_add_model")
public func optionsAddModel(_ options: OpaquePointer?, _ model: OpaquePointer?) -> Int32 {
  call {
    let model = try needed(ModelHandle.of(model))
    try with(options) { $0.moreModels.append(model) }
  }
}

@_cdecl("fscomp_options_set_progress")
public func optionsSetProgress(
  _ options: OpaquePointer?, _ progress: fscomp_progress_fn?, _ user: UnsafeMutableRawPointer?
) -> Int32 {
  call {
    try with(options) { ($0.progress, $0.user) = (progress, user) }
  }
}

@_cdecl("fscomp_options_free")
public func optionsFree(_ options: OpaquePointer?) { free(options, as: OptionsHandle.self) }
