/// What is wrong with a safetensors file, or with the tensors to be written to one.
public enum SafetensorsError: Error, Equatable, Sendable {
  /// The file ends before what its first bytes announce.
  case truncated(bytes: Int, needed: UInt64)
  case headerTooLong(length: UInt64, limit: Int)
  /// The header is not the JSON that the format asks for.
  case malformedHeader(reason: String)
  case unknownElementType(tensor: String, name: String)
  /// A negative extent, or more elements than an address space holds.
  case invalidShape(tensor: String)
  /// Offsets that are negative, in the wrong order, or past the end of the data.
  case offsetsOutOfBounds(tensor: String)
  /// The bytes between the offsets are not element size x shape.
  case sizeMismatch(tensor: String, expected: Int, found: Int)
  case overlap(tensor: String, other: String)
  /// Bytes of the data section that belong to no tensor, from `offset` on.
  case unclaimedBytes(offset: Int)
  case missingTensor(String)
  /// The tensor's elements cannot be read as `Float`.
  case notFloatingPoint(tensor: String, type: SafetensorsElementType)
  /// A tensor to be written has a name that the format reserves, or that was given twice.
  case unusableName(String)
}

extension SafetensorsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let bytes, let needed):
      "the file has \(bytes) bytes but needs at least \(needed)"
    case .headerTooLong(let length, let limit):
      "the header claims \(length) bytes; at most \(limit) are accepted"
    case .malformedHeader(let reason):
      "malformed header: \(reason)"
    case .unknownElementType(let tensor, let name):
      "tensor \(quoted(tensor)) has the unknown element type \(quoted(name))"
    case .invalidShape(let tensor):
      "tensor \(quoted(tensor)) has an impossible shape"
    case .offsetsOutOfBounds(let tensor):
      "tensor \(quoted(tensor)) has data offsets outside the file"
    case .sizeMismatch(let tensor, let expected, let found):
      "tensor \(quoted(tensor)) has \(found) bytes of data; its type and shape need \(expected)"
    case .overlap(let tensor, let other):
      "tensors \(quoted(other)) and \(quoted(tensor)) overlap"
    case .unclaimedBytes(let offset):
      "the data from offset \(offset) on belongs to no tensor"
    case .missingTensor(let tensor):
      "there is no tensor \(quoted(tensor))"
    case .notFloatingPoint(let tensor, let type):
      "tensor \(quoted(tensor)) is \(type.rawValue); only F32, F16 and BF16 can be read"
    case .unusableName(let tensor):
      "a tensor cannot be written under the name \(quoted(tensor))"
    }
  }

  /// Names come from the file: keep a terminal safe from their length and control characters.
  private func quoted(_ name: String) -> String {
    String(name.prefix(64)).debugDescription
  }
}
