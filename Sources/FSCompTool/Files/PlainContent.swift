import FSComp

/// The content of archives, for commands that read it from the beginning.
struct PlainContent {
  let decompressor: Decompressor
  let console: Console

  /// Writes what an archive holds, its blocks decoded side by side.
  /// - Throws: `FileError`, or what `sink` throws.
  func write(archive input: Input, to sink: some ByteSink) throws {
    try write(archive: FileSource(input.open().descriptor), input.name, to: sink)
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
