/// Where bytes come from: a file descriptor, memory, a socket.
public protocol ByteSource {
  /// Reads up to `buffer.count` bytes, at least one; waits for it. Returns how many were read;
  /// 0 means that the input has ended.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// Waits until `read` would return at once, but not longer than `timeout`, and returns whether
  /// it would. A source that never makes anyone wait long may use the default, which returns true.
  mutating func waitUntilReadable(for timeout: Duration) throws -> Bool
}

extension ByteSource {
  /// As if reading never took long.
  public mutating func waitUntilReadable(for timeout: Duration) throws -> Bool { true }
}

/// Where bytes go.
public protocol ByteSink {
  /// Writes all bytes or throws.
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws
}

/// Bytes in memory, as a source.
public struct ArraySource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  /// Begins with the first byte.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Copies the next bytes.
  public mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = copy(from: position, into: buffer)
    position += count
    return count
  }

  var byteCount: Int { bytes.count }

  func copy(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = max(0, min(buffer.count, bytes.count - offset))
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
    }
    return count
  }
}

/// Bytes in memory, as a sink.
public struct ArraySink: ByteSink {
  /// All that was written.
  public private(set) var bytes: [UInt8] = []

  /// Begins with nothing.
  public init() {}

  /// Appends bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) {
    self.bytes.append(contentsOf: bytes)
  }
}

extension ByteSink {
  mutating func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }
}
