import FSComp
import Platform

/// How to run fscomp.
public struct FscompSettings: Sendable, Equatable {
  /// A model's path, or its name in the standard search path; nil is the embedded model.
  public var model: String?
  /// 1...9; nil is the codec's default.
  public var level: Int?
  /// Bytes a block, and lanes a block; nil is the level's.
  public var blockSize: Int?
  public var lanes: Int?
  public var threads: Int

  public init(
    model: String? = nil, level: Int? = nil, blockSize: Int? = nil, lanes: Int? = nil, threads: Int = 1
  ) {
    self.model = model
    self.level = level
    self.blockSize = blockSize
    self.lanes = lanes
    self.threads = threads
  }
}

/// fscomp itself. Loading the model is part of every run, as it is for the command.
package struct FscompCodec: LibraryCodec {
  let settings: FscompSettings

  package init(settings: FscompSettings) { self.settings = settings }

  package func describe() throws -> ProgramDescription {
    let model = try loadModel()
    var label = "fscomp"
    if let level = settings.level { label += " -\(level)" }
    if let model = settings.model { label += " -m \(model)" }
    if let size = settings.blockSize { label += " --block-size \(size)" }
    if let lanes = settings.lanes { label += " --lanes \(lanes)" }
    var parts = [DecoderPart(name: "model", byteCount: model.byteCount)]
    if let executable = FileContents.size(of: "/proc/self/exe") {
      // The embedded model is part of the executable and must not count twice.
      let isEmbedded = (try? ModelStore.defaultModel.id) == model.id
      let code = isEmbedded ? max(0, executable - model.byteCount) : executable
      parts.append(DecoderPart(name: "executable", byteCount: code))
    }
    return ProgramDescription(label: label, version: "model \(model.id)", decoder: parts)
  }

  package func run(
    _ direction: Direction, from input: borrowing OpenFile, to output: borrowing OpenFile
  ) throws {
    let model = try loadModel()
    var source = DescriptorSource(descriptor: input.descriptor, path: input.path)
    var sink = DescriptorSink(descriptor: output.descriptor, path: output.path)
    switch direction {
    case .compress:
      var options = CompressionOptions()
      options.threads = settings.threads
      if let level = settings.level.flatMap(CompressionLevel.init) { options.level = level }
      if let size = settings.blockSize { options.blockSize = size }
      if let lanes = settings.lanes { options.lanes = lanes }
      _ = try Compressor(model: model, options: options).compress(from: &source, to: &sink)
    case .decompress:
      var options = DecompressionOptions()
      options.threads = settings.threads
      var models = ModelStore(searchPath: [])
      models.add(model)
      _ = try Decompressor(models: models, options: options).decompress(from: &source, to: &sink)
    }
  }

  private func loadModel() throws -> Model {
    guard let name = settings.model else { return try ModelStore.defaultModel }
    guard let size = FileContents.size(of: name) else {
      return try ModelStore(searchPath: ModelStore.standardSearchPath).model(named: name)
    }
    let file = try OpenFile(reading: name)
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count throws in
      count = try file.fill(UnsafeMutableRawBufferPointer(buffer))
    }
    return try Model(bytes: bytes)
  }
}

/// A borrowed descriptor to read from.
private struct DescriptorSource: ByteSource {
  let descriptor: Int32
  let path: String

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError("read", path) }
    }
  }
}

/// A borrowed descriptor to write to.
private struct DescriptorSink: ByteSink {
  let descriptor: Int32
  let path: String

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = Glibc.write(descriptor, start, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw SystemError("write", path)
      }
    }
  }
}
