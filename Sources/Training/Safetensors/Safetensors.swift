/// Named tensors in the safetensors file format: an 8-byte little-endian header length, a JSON
/// header with the type, shape and data offsets of each tensor, then the data, row by row.
///
/// Source: <https://github.com/huggingface/safetensors#format>. As there, the tensors must cover
/// the data section exactly, without overlaps or holes.
///
/// A value of this type has been checked: every tensor's data lies inside the file and fits its
/// shape, so that reading one can only fail for want of the tensor or for its element type.
public struct Safetensors: Sendable {
  public struct Tensor: Sendable, Equatable {
    public let elementType: SafetensorsElementType
    /// Extents, outermost first; none for a scalar.
    public let shape: [Int]
    /// Where the data lies in `bytes`.
    let range: Range<Int>
  }

  /// Longest JSON header accepted, in bytes. A model takes 2 KiB; a checkpoint with optimizer
  /// state a few times that.
  public static let maximumHeaderLength = 1 << 20

  public let metadata: [String: String]
  public let tensors: [String: Tensor]
  /// The whole file.
  public let bytes: [UInt8]

  /// Checks `bytes` as the content of a safetensors file.
  ///
  /// - Throws: `SafetensorsError` naming the first thing wrong with it.
  public init(bytes: [UInt8]) throws(SafetensorsError) {
    let lengthSize = 8
    guard bytes.count >= lengthSize else {
      throw .truncated(bytes: bytes.count, needed: UInt64(lengthSize))
    }
    let length = bytes[..<lengthSize].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.maximumHeaderLength) else {
      throw .headerTooLong(length: length, limit: Self.maximumHeaderLength)
    }
    let dataStart = lengthSize + Int(length)
    guard bytes.count >= dataStart else {
      throw .truncated(bytes: bytes.count, needed: UInt64(dataStart))
    }
    let header = try SafetensorsHeader(json: bytes[lengthSize..<dataStart])

    var tensors: [String: Tensor] = [:]
    for (name, entry) in header.entries.sorted(by: { $0.key < $1.key }) {
      tensors[name] = try Tensor(name: name, entry: entry, data: dataStart..<bytes.count)
    }
    try Self.checkCoverage(of: dataStart..<bytes.count, by: tensors)
    self.metadata = header.metadata
    self.tensors = tensors
    self.bytes = bytes
  }

  /// The elements of a tensor in row-major order.
  ///
  /// - Throws: `SafetensorsError.missingTensor`, or `.notFloatingPoint` for types other than F32,
  ///   F16 and BF16.
  public func floats(_ name: String) throws(SafetensorsError) -> [Float] {
    guard let tensor = tensors[name] else { throw .missingTensor(name) }
    return switch tensor.elementType {
    case .float32: elements(tensor) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .float16: elements(tensor) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
    case .bfloat16: elements(tensor) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    default: throw .notFloatingPoint(tensor: name, type: tensor.elementType)
    }
  }

  private func elements<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ tensor: Tensor, as convert: (Bits) -> Float
  ) -> [Float] {
    bytes[tensor.range].withUnsafeBytes { data in
      stride(from: 0, to: data.count, by: MemoryLayout<Bits>.size).map {
        convert(data.loadUnaligned(fromByteOffset: $0, as: Bits.self))
      }
    }
  }

  /// Walks the tensors in file order: each must begin where the one before it ended.
  private static func checkCoverage(
    of data: Range<Int>, by tensors: [String: Tensor]
  ) throws(SafetensorsError) {
    let inOrder = tensors.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    var end = data.lowerBound
    var previous = ""
    for (name, tensor) in inOrder {
      if tensor.range.lowerBound < end { throw .overlap(tensor: name, other: previous) }
      if tensor.range.lowerBound > end { throw .unclaimedBytes(offset: end - data.lowerBound) }
      end = tensor.range.upperBound
      previous = name
    }
    if end < data.upperBound { throw .unclaimedBytes(offset: end - data.lowerBound) }
  }
}

extension Safetensors.Tensor {
  /// - Parameter data: the data section's place in the file.
  fileprivate init(
    name: String, entry: SafetensorsHeader.Entry, data: Range<Int>
  ) throws(SafetensorsError) {
    guard let type = SafetensorsElementType(rawValue: entry.dtype) else {
      throw .unknownElementType(tensor: name, name: entry.dtype)
    }
    guard let size = Self.size(of: type, shape: entry.shape) else {
      throw .invalidShape(tensor: name)
    }
    let offsets = entry.dataOffsets
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= data.count
    else { throw .offsetsOutOfBounds(tensor: name) }
    guard offsets[1] - offsets[0] == size else {
      throw .sizeMismatch(tensor: name, expected: size, found: offsets[1] - offsets[0])
    }
    elementType = type
    shape = entry.shape
    range = data.lowerBound + offsets[0]..<data.lowerBound + offsets[1]
  }

  /// Bytes of a tensor, or nil if an extent is negative or the product overflows.
  static func size(of type: SafetensorsElementType, shape: [Int]) -> Int? {
    var size = type.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      if extent < 0 || overflow { return nil }
      size = product
    }
    return size
  }
}
