import Explaining
import FSComp

/// Reads inputs and finds out what they cost.
struct ExplanationReader {
  let options: CompressionOptions
  let limits: DecompressionOptions
  let attributes: Bool
  let sampleBytes: Int?
  let console: Console

  /// - Parameter model: as of -m: one to compress with, or one more for archives to choose from.
  /// - Throws: `FileError`.
  func explain(_ input: Input, by model: String?) throws -> Explanation {
    let source = try FileSource(input.open().descriptor)
    if try source.peek(FrameHeader.magic.count) == FrameHeader.magic {
      return try explain(archive: input, source, by: model)
    }
    return try explain(plain: source, of: input, try Models.model(model))
  }

  /// The same input by two models. What an archive holds is explained as the archive has it, and as the
  /// other model would have it.
  func explain(_ input: Input, by model: String?, and other: String) throws -> [Explanation] {
    let second = try Models.model(other)
    let source = try FileSource(input.open().descriptor)
    let isArchive = try source.peek(FrameHeader.magic.count) == FrameHeader.magic
    if isArchive {
      let first = try explain(archive: input, source, by: model)
      guard first.isComplete else {
        throw FileError(
          input.name, "is compared as a whole or not at all: --sample 0, or a larger one")
      }
      let plain = first.passages.flatMap(\.bytes)
      return [first, try explain(plain: ArraySource(plain), size: plain.count, of: input, second)]
    }
    let first = try Models.model(model)
    guard input.status?.kind == .regular, input != .standardInput else {
      var rest = source
      let bytes = try Self.all(of: &rest)
      return try [first, second].map {
        try explain(plain: ArraySource(bytes), size: bytes.count, of: input, $0)
      }
    }
    return [
      try explain(plain: source, of: input, first),
      try explain(plain: FileSource(input.open().descriptor), of: input, second),
    ]
  }

  private func explain(
    plain source: FileSource, of input: Input, _ model: Model
  ) throws -> Explanation {
    let status = input.status
    let size = status?.kind == .regular && input != .standardInput ? status?.size : nil
    return try explain(plain: source, size: size, of: input, model)
  }

  private func explain(
    plain source: some ByteSource, size: Int?, of input: Input, _ model: Model
  ) throws -> Explanation {
    var options = options
    options.threads = try AddressSpace.threads(
      options.threads,
      eachTaking: Compressor(model: model, options: options).memoryPerBlock(mostBytes: size))
    let compressor = Compressor(model: model, options: options)
    let explained = try watching(input, total: size.map { min($0, sampleBytes ?? $0) }) { watch in
      var source = source
      return try Explainer(attributes: attributes).explain(
        from: &source, by: compressor, sample: BlockSample(bytes: sampleBytes, of: size),
        watch: watch)
    }
    return Explanation(
      explained, name: input.name, model: model.name, setting: "level \(options.level.number)")
  }

  private func explain(
    archive input: Input, _ source: FileSource, by model: String?
  ) throws -> Explanation {
    let models = try Models.store(with: model)
    let (descriptor, status) = try input.open()
    func explain(_ archive: some RandomAccessSource) throws -> ExplainedInput {
      try watching(input, total: nil) { watch in
        try Explainer(attributes: attributes).explain(
          archive: archive, models: models, options: limits, sampleBytes: sampleBytes, watch: watch)
      }
    }
    do {
      let explained: ExplainedInput
      if status.kind == .regular, input != .standardInput {
        explained = try explain(RandomFile(descriptor))
      } else {
        var rest = source
        explained = try explain(ArraySource(try Self.all(of: &rest)))
      }
      return Explanation(
        explained, name: input.name, model: explained.modelNames.joined(separator: ", "),
        setting: "as the archive has it")
    } catch let error as ArchiveError {
      throw FileError(input.name, error.message(head: source.head))
    }
  }

  private static func all(of source: inout FileSource) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// With a progress line meanwhile.
  private func watching(
    _ input: Input, total: Int?, _ body: (@escaping (Progress) -> Void) throws -> ExplainedInput
  ) throws -> ExplainedInput {
    let meter = ProgressMeter(
      console: console, isDisplayed: console.showsProgress(writesStandardOutput: false))
    let snapshot = ProgressSnapshot(
      name: input.name, index: 1, count: 1, direction: .compressing, totalBytes: total)
    meter.begin(snapshot)
    defer { meter.end() }
    return try body { progress in
      var snapshot = snapshot
      snapshot.plainBytes = progress.plainBytes
      meter.update(snapshot)
    }
  }
}
