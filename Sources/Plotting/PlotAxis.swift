import Platform

/// Where values stand along one side of a picture.
public struct PlotAxis {
  public enum Scale: Sendable { case linear, logarithmic }

  public let values: ClosedRange<Double>
  private let scale: Scale
  private let (start, end): (Double, Double)

  /// - Parameters:
  ///   - values: more than one; above 0 where they are logarithmic.
  ///   - start: the place of the lowest value.
  ///   - end: that of the highest.
  public init(_ values: ClosedRange<Double>, _ scale: Scale, from start: Double, to end: Double) {
    self.values = values
    self.scale = scale
    (self.start, self.end) = (start, end)
  }

  /// The place of a value; of one outside, that of the nearest end.
  public func place(_ value: Double) -> Double {
    let inside = value.isNaN ? values.upperBound : min(max(value, values.lowerBound), values.upperBound)
    let low = measure(values.lowerBound)
    return start + (end - start) * (measure(inside) - low) / (measure(values.upperBound) - low)
  }

  private func measure(_ value: Double) -> Double { scale == .linear ? value : log10(value) }

  /// Round values, about five on a linear axis, in order.
  public var ticks: [Double] {
    switch scale {
    case .linear: multiples(of: step)
    case .logarithmic: logarithmicTicks
    }
  }

  /// Between the ticks of a linear axis: 1, 2 or 5 times a power of ten.
  public var step: Double {
    let raw = max(values.upperBound - values.lowerBound, 1e-9) / 5
    let power = pow(10, log10(raw).rounded(.down))
    return power * ([1.0, 2, 5, 10].first { $0 * power >= raw } ?? 10)
  }

  private func multiples(of step: Double) -> [Double] {
    let first = (values.lowerBound / step).rounded(.up)
    let last = (values.upperBound / step).rounded(.down)
    guard first <= last, last - first < 100 else { return [] }
    return (Int(first)...Int(last)).map { Double($0) * step }
  }

  /// 1, 2 and 5 times powers of ten; the powers alone where there are many.
  private var logarithmicTicks: [Double] {
    let first = Int(log10(values.lowerBound).rounded(.down))
    let last = Int(log10(values.upperBound).rounded(.up))
    let digits = last - first > 4 ? [1.0] : [1, 2, 5]
    return (first...max(first, last)).flatMap { power in digits.map { $0 * pow(10, Double(power)) } }
      .filter { values.contains($0) }
  }
}
