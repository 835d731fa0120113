extension Safetensors {
  /// A single-precision tensor to be written.
  public struct FloatTensor: Sendable {
    public var name: String
    public var shape: [Int]
    /// Row-major; as many as the product of `shape`.
    public var elements: [Float]

    public init(name: String, shape: [Int], elements: [Float]) {
      self.name = name
      self.shape = shape
      self.elements = elements
    }
  }

  /// Lays out `tensors` as a file of F32 data, in the order given; `bytes` is its content.
  ///
  /// The same arguments always give the same bytes. The header is padded with spaces so that the
  /// data starts on an 8-byte boundary and can be mapped into memory.
  ///
  /// - Throws: `SafetensorsError` if a name is reserved or used twice, if a shape does not fit its
  ///   elements, or if the header would be longer than `maximumHeaderLength`.
  public init(
    tensors: [FloatTensor], metadata: [String: String] = [:]
  ) throws(SafetensorsError) {
    var header = SafetensorsHeader(metadata: metadata)
    var data: [UInt8] = []
    for tensor in tensors {
      let name = tensor.name
      guard name != SafetensorsHeader.metadataKey, header.entries[name] == nil else {
        throw .unusableName(name)
      }
      guard let size = Tensor.size(of: .float32, shape: tensor.shape) else {
        throw .invalidShape(tensor: name)
      }
      let begin = data.count
      for element in tensor.elements {
        withUnsafeBytes(of: element.bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
      guard data.count - begin == size else {
        throw .sizeMismatch(tensor: name, expected: size, found: data.count - begin)
      }
      header.entries[name] = SafetensorsHeader.Entry(
        dtype: SafetensorsElementType.float32.rawValue, shape: tensor.shape,
        dataOffsets: [begin, data.count])
    }

    var json = try header.json()
    json += Array(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
    try self.init(bytes: length + json + data)
  }
}
