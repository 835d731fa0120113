/// Why bytes are not a model that can be used.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  case notAModel
  case unsupportedVersion(Int)
  case unsupportedShape(String)
  /// The size that the header asks for is not the size that is there.
  case wrongSize(expected: Int, actual: Int)
  case checksumMismatch
  /// A number outside the range that its operation is defined for.
  case valueOutOfRange(String)

  public var description: String {
    switch self {
    case .notAModel: "not an fscomp model"
    case .unsupportedVersion(let version):
      "model file version \(version) is not supported by this program"
    case .unsupportedShape(let reason): "unsupported network: \(reason)"
    case .wrongSize(let expected, let actual):
      "damaged model: \(actual) bytes where the header asks for \(expected)"
    case .checksumMismatch: "damaged model: wrong checksum"
    case .valueOutOfRange(let name): "damaged model: \(name) out of range"
    }
  }
}
