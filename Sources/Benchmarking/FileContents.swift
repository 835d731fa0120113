import Platform

/// Whole-file operations by path, in constant memory.
package enum FileContents {
  /// Size in bytes of a regular file, or nil if the path names none.
  package static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Copies a file; returns the number of bytes copied.
  package static func copy(_ source: String, to destination: String) throws(SystemError) -> Int {
    let input = try OpenFile(reading: source)
    let output = try OpenFile(writing: destination)
    let buffer = ScratchBuffer(byteCount: OpenFile.bufferSize)
    var total = 0
    while true {
      let count = try input.fill(buffer.bytes)
      try output.write(buffer.prefix(count))
      total += count
      if count < buffer.bytes.count { return total }
    }
  }

  /// Where two files first differ, or nil if they hold the same bytes.
  package static func firstDifference(_ a: String, _ b: String) throws(SystemError) -> Int? {
    let first = try OpenFile(reading: a)
    let second = try OpenFile(reading: b)
    let left = ScratchBuffer(byteCount: OpenFile.bufferSize)
    let right = ScratchBuffer(byteCount: OpenFile.bufferSize)
    var offset = 0
    while true {
      let counts = (try first.fill(left.bytes), try second.fill(right.bytes))
      let common = min(counts.0, counts.1)
      for index in 0..<common where left.bytes[index] != right.bytes[index] {
        return offset + index
      }
      if counts.0 != counts.1 { return offset + common }
      if common < left.bytes.count { return nil }
      offset += common
    }
  }

  /// The beginning of a text file, malformed UTF-8 repaired; empty if it cannot be read.
  static func text(of path: String, limit: Int = 64 << 10) -> String {
    guard let file = try? OpenFile(reading: path) else { return "" }
    let buffer = ScratchBuffer(byteCount: limit)
    guard let count = try? file.fill(buffer.bytes) else { return "" }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }
}

/// Memory that frees itself.
struct ScratchBuffer: ~Copyable {
  private let memory: OwnedBuffer<UInt8>

  init(byteCount: Int) { memory = OwnedBuffer(count: byteCount) }

  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory.base, count: memory.count)
  }

  func prefix(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }
}
