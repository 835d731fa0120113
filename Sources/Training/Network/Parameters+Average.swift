extension Parameters {
  /// The weighted mean of two networks' parameters, number by number.
  ///
  /// Of a network and what training on other data has made of it, the mean often keeps most of what
  /// both know (Wortsman and others 2022, "Robust fine-tuning of zero-shot models"). Of networks
  /// that were trained apart from each other it knows nothing.
  ///
  /// - Parameters:
  ///   - other: of the same topology.
  ///   - share: the other's, 0...1.
  /// - Returns: nil if the topologies differ.
  public func averaged(with other: Parameters, share: Scalar) -> Parameters? {
    guard layout == other.layout else { return nil }
    return Parameters(
      layout: layout, values: zip(values, other.values).map { $0 + share * ($1 - $0) })
  }
}
