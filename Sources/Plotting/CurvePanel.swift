/// Curves over two axes, as a part of a picture, with a legend above them.
public struct CurvePanel {
  public struct Curve: Sendable {
    public var name: String
    public var points: [Point]
    /// Whether each point has a dot: few points, measured one by one.
    public var hasDots: Bool

    /// - Parameter points: values, not places.
    public init(name: String, points: [Point], hasDots: Bool = false) {
      self.name = name
      self.points = points
      self.hasDots = hasDots
    }
  }

  /// What is upwards, in front of the names of the curves.
  public var yTitle: String
  public var xTitle: String
  public var curves: [Curve]
  public var xLabel: (Double) -> String
  public var yLabel: (Double) -> String

  public init(
    yTitle: String, xTitle: String, curves: [Curve], xLabel: @escaping (Double) -> String,
    yLabel: @escaping (Double) -> String
  ) {
    self.yTitle = yTitle
    self.xTitle = xTitle
    self.curves = curves
    self.xLabel = xLabel
    self.yLabel = yLabel
  }

  /// - Parameters:
  ///   - x: from left to right.
  ///   - y: from the bottom to the top.
  public func draw(on document: inout SVGDocument, x: PlotAxis, y: PlotAxis) {
    let (left, right) = (x.place(x.values.lowerBound), x.place(x.values.upperBound))
    let (bottom, top) = (y.place(y.values.lowerBound), y.place(y.values.upperBound))
    document.grid(x: x, y: y, xLabel: xLabel, yLabel: yLabel)
    document.text(xTitle, at: Point((left + right) / 2, bottom + 38), .middle)
    for (number, curve) in curves.enumerated() {
      let color = SeriesStyle(number: number).color
      let places = curve.points.map { Point(x.place($0.x), y.place($0.y)) }
      document.polyline(places, .init(stroke: color, strokeWidth: 1.5))
      if curve.hasDots {
        for place in places { document.circle(place, radius: 3, .init(fill: color)) }
      }
    }
    var next = left
    func say(_ text: String, color: String?) {
      document.text(text, at: Point(next, top - 16), color: color)
      next += Double(text.count) * 7 + 14
    }
    say(yTitle, color: nil)
    for (number, curve) in curves.enumerated() where !curve.name.isEmpty {
      say(curve.name, color: SeriesStyle(number: number).color)
    }
  }
}
