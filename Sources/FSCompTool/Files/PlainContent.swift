import FSComp

/// The content of inputs, archives or not, for commands that read it from the beginning.
struct PlainContent {
  let decompressor: Decompressor
  let console: Console

  /// Writes what an archive holds, its blocks decoded side by side.
  /// - Throws: `FileError`, or what `sink` throws.
  func write(archive input: Input, to sink: some ByteSink) throws {
    try write(archive: FileSource(input.open().descriptor), input.name, to: sink)
  }

  /// The same of a file that may be no archive, which is written as it is.
  func write(_ input: Input, to sink: some ByteSink) throws {
    let source = try FileSource(input.open().descriptor)
    if try source.peek(FrameHeader.magic.count) == FrameHeader.magic {
      return try write(archive: source, input.name, to: sink)
    }
    var sink = sink
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
      guard count > 0 else { return }
      try buffer.withUnsafeBytes {
        try sink.write(UnsafeRawBufferPointer(rebasing: $0.prefix(count)))
      }
    }
  }

  private func write(archive source: FileSource, _ name: String, to sink: some ByteSink) throws {
    var (source, sink) = (source, sink)
    do {
      _ = try decompressor.decompress(from: &source, to: &sink)
    } catch let error as ArchiveError where error.kind == .trailingData {
      console.warning(FileError(name, "\(error); ignored"))
    } catch let error as ArchiveError {
      throw FileError(name, error.message(head: source.head))
    }
  }
}
