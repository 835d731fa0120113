/// Why a safetensors file does not hold a network's parameters.
public enum ParametersError: Error, Equatable, Sendable {
  case file(SafetensorsError)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  /// `tensor`, W1 or WS, is not [4H, inputs from other cells + H], or b1 or bS of a cell of G gates
  /// is not [GH], with H, which is F or S, a multiple of `Topology.unitStep` up to `maximumUnits`.
  case unsupportedUnits(tensor: String, shape: [Int])
  /// The metadata describe a network that has no form in fixed point.
  case unsupportedNetwork(reason: String)
  /// NaN or infinity at `index` in row-major order.
  case notFinite(tensor: String, index: Int)

  /// Largest F and S that are read.
  public static let maximumUnits = 1 << 14
}

extension ParametersError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .wrongShape(let tensor, let expected, let found):
      "tensor \(tensor) has shape \(found); this network needs \(expected)"
    case .unsupportedUnits(let tensor, let shape):
      "tensor \(tensor) has shape \(shape): it must have a row for each unit of each gate, and a "
        + "multiple of \(Topology.unitStep) units up to \(Self.maximumUnits)"
    case .unsupportedNetwork(let reason):
      reason
    case .notFinite(let tensor, let index):
      "tensor \(tensor) is not finite at element \(index)"
    }
  }
}
