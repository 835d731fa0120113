import Model
import Prediction

extension QuantizedNetwork {
  /// The network as it comes out of a model file, so that it has been validated.
  func prepared() throws -> PreparedNetwork { PreparedNetwork(try QuantizedNetwork(section)) }
}
