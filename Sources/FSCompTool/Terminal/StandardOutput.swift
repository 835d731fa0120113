/// What commands print.
enum StandardOutput {
  /// - Throws: `ClosedPipe`, or `FileError` if the text could not be written.
  static func print(_ text: String) throws {
    let sink = FileSink(.standardOutput)
    try sink.write(text + "\n")
  }
}
