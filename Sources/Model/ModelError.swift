/// Why bytes are not a model that can be used.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// They do not begin as a model file does.
  case notAModel
  /// A later version of the format of model files.
  case unsupportedVersion(Int)
  /// A network of a size that there are no kernels for; the text says which.
  case unsupportedShape(String)
  /// The file ends within a section, or a section has another size than its content asks for;
  /// `part` names it.
  case wrongSize(part: String, expected: Int, actual: Int)
  /// `part` is a section, or the whole file.
  case checksumMismatch(part: String)
  /// A section that this program does not know and that its tag does not let it skip.
  case unknownSection(String)
  /// Sections are missing, too many, or in another order than the one that is valid.
  case malformed(String)
  /// A number outside the range that its operation is defined for.
  case valueOutOfRange(String)

  public var description: String {
    switch self {
    case .notAModel: "not an fscomp model"
    case .unsupportedVersion(let version):
      "model file version \(version) is not supported by this program"
    case .unsupportedShape(let reason): "unsupported network: \(reason)"
    case .wrongSize(let part, let expected, let actual):
      "damaged model: \(part) has \(actual) bytes where it must have \(expected)"
    case .checksumMismatch(let part): "damaged model: wrong checksum of \(part)"
    case .unknownSection(let tag):
      "the model has a section \(tag), which this program does not know"
    case .malformed(let reason): "damaged model: \(reason)"
    case .valueOutOfRange(let name): "damaged model: \(name) out of range"
    }
  }
}
