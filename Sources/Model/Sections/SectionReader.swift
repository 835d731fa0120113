import Platform

/// Takes little-endian numbers off bytes, none of them without its bound checked.
struct SectionReader {
  private var rest: SharedSlice<UInt8>
  private let byteCount: Int
  /// What the bytes are, for errors.
  private let part: String
  /// See `ModelSection`.
  let isTrusted: Bool

  init(_ bytes: SharedSlice<UInt8>, part: String, isTrusted: Bool = false) {
    rest = bytes
    byteCount = bytes.count
    self.part = part
    self.isTrusted = isTrusted
  }

  init(_ section: ModelSection) {
    self.init(section.payload, part: "\(section.tag)", isTrusted: section.isTrusted)
  }

  var isAtEnd: Bool { rest.isEmpty }
  var remainingByteCount: Int { rest.count }

  /// For content whose size follows from what was read of it: asked for before any of the rest is
  /// read, it keeps a wrong size from costing memory.
  func expectRest(_ count: Int) throws(ModelError) {
    guard rest.count == count else {
      throw .wrongSize(part: part, expected: byteCount - rest.count + count, actual: byteCount)
    }
  }

  mutating func take(_ count: Int) throws(ModelError) -> SharedSlice<UInt8> {
    guard count <= rest.count else {
      throw .wrongSize(part: part, expected: byteCount - rest.count + count, actual: byteCount)
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(ModelError) -> T {
    try take(MemoryLayout<T>.size).withUnsafeBytes {
      T(littleEndian: $0.loadUnaligned(as: T.self))
    }
  }

  /// Copied as a whole: models have millions of numbers.
  mutating func array<T: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, of: T.Type
  ) throws(ModelError) -> [T] {
    let bytes = try take(count * MemoryLayout<T>.size)
    return [T](unsafeUninitializedCapacity: count) { numbers, initializedCount in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(numbers).copyMemory(from: $0) }
      for index in numbers.indices { numbers[index] = T(littleEndian: numbers[index]) }
      initializedCount = count
    }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { self += $0 }
  }

  mutating func append<T: FixedWidthInteger & BitwiseCopyable>(littleEndian values: [T]) {
    values.map { $0.littleEndian }.withUnsafeBytes { self += $0 }
  }
}
