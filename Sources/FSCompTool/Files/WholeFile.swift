/// Writing a file whose content is at hand.
enum WholeFile {
  /// Gives `path` the content `bytes`, at once or not at all.
  ///
  /// - Throws: `FileError`, also if the file exists and may not be replaced.
  static func write(
    _ bytes: [UInt8], to path: Path, replacing: Bool, isDurable: Bool = false
  ) throws {
    let file = try AtomicOutput(at: path, replacing: replacing)
    let sink = FileSink(file.descriptor)
    try bytes.withUnsafeBytes { try sink.write($0) }
    try file.commit(FileAttributes(), isDurable: isDurable)
  }
}
