import Platform

/// A whole file in memory.
enum FileContents {
  /// - Throws: `FileError`.
  static func read(_ path: Path) throws -> [UInt8] { try read(.file(path)) }

  /// - Throws: `FileError`.
  static func read(_ input: Input) throws -> [UInt8] {
    let (descriptor, status) = try input.open()
    let source = FileSource(descriptor)
    var bytes = [UInt8](repeating: 0, count: max(status.size, 1 << 16) + 1)
    var filled = 0
    while true {
      let count = try bytes.withUnsafeMutableBytes {
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      guard count > 0 else { return Array(bytes[..<filled]) }
      filled += count
      if filled == bytes.count { bytes += [UInt8](repeating: 0, count: filled) }
    }
  }
}
