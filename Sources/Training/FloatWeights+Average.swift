extension FloatWeights {
  /// The weighted mean of two networks' parameters, number by number.
  ///
  /// Of a network and what training on other data has made of it, the mean often keeps most of what
  /// both know (Wortsman and others 2022, "Robust fine-tuning of zero-shot models"). Of networks
  /// that were trained apart from each other it knows nothing.
  ///
  /// - Parameters:
  ///   - other: of the same sizes.
  ///   - share: the other's, 0...1.
  /// - Returns: nil if the sizes differ.
  public func averaged(with other: FloatWeights, share: Float) -> FloatWeights? {
    let (own, others) = (Parameters(self), Parameters(other))
    guard own.layout == others.layout else { return nil }
    let values = zip(own.values, others.values).map { $0 + share * ($1 - $0) }
    return try? FloatWeights(Parameters(layout: own.layout, values: values))
  }
}
