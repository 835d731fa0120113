import FSComp

/// Compares what is written to it with a file, byte for byte.
package final class ComparingSink: ByteSink {
  private var expected: FileSource
  private let name: String
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// - Parameter expected: read from where it stands.
  package init(expected: FileSource, name: String) {
    self.expected = expected
    self.name = name
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = try buffer.withUnsafeMutableBytes { buffer in
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(rest.count))
        let count = try expected.read(into: part)
        return part.prefix(count).elementsEqual(rest.prefix(count)) ? count : 0
      }
      guard count > 0 else { throw mismatch }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Throws unless the file ends here.
  package func finish() throws {
    let count = try buffer.withUnsafeMutableBytes { try expected.read(into: $0) }
    guard count == 0 else { throw mismatch }
  }

  private var mismatch: FileError {
    FileError(name, "what was written does not give back this file; nothing removed")
  }
}
