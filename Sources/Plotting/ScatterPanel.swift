/// Points of several series over two axes, as a part of a picture: a mark and a label for each, the
/// points of a series joined by a line, and the front of those that no other beats.
///
/// The better is to the right and at the bottom.
public struct ScatterPanel {
  public struct Item: Sendable {
    public var label: String
    /// Items of the same series are joined in their order.
    public var series: String
    public var x: Double
    public var y: Double
    /// What the area of the mark is, of 1 for the largest; nil for marks that are all the same.
    public var weight: Double?

    public init(label: String, series: String, x: Double, y: Double, weight: Double? = nil) {
      self.label = label
      self.series = series
      self.x = x
      self.y = y
      self.weight = weight
    }

    fileprivate var radius: Double {
      guard let weight else { return 4 }
      return 2.5 + 7.5 * min(max(weight, 0), 1).squareRoot()
    }
  }

  public var title: String
  public var items: [Item]
  public var xTitle: String
  /// The text at a tick of an axis.
  public var xLabel: (Double) -> String
  public var yLabel: (Double) -> String

  public init(
    title: String, items: [Item], xTitle: String, xLabel: @escaping (Double) -> String,
    yLabel: @escaping (Double) -> String
  ) {
    self.title = title
    self.items = items
    self.xTitle = xTitle
    self.xLabel = xLabel
    self.yLabel = yLabel
  }

  private static let fontSize = 10.5

  /// The items that none is better than in one way and as good in the other, from the slowest on.
  package static func front(_ items: [Item]) -> [Item] {
    let best = items.filter { item in
      !items.contains { $0.x >= item.x && $0.y <= item.y && ($0.x > item.x || $0.y < item.y) }
    }
    return best.sorted { $0.x < $1.x }
  }

  /// - Parameters:
  ///   - x: from left to right.
  ///   - y: from the bottom to the top.
  ///   - styles: of the series, by name.
  public func draw(
    on document: inout SVGDocument, x: PlotAxis, y: PlotAxis, styles: [String: SeriesStyle]
  ) {
    let left = x.place(x.values.lowerBound)
    let right = x.place(x.values.upperBound)
    let bottom = y.place(y.values.lowerBound)
    let top = y.place(y.values.upperBound)
    document.text(title, at: Point(left, top - 12), size: 14, isBold: true)
    document.grid(x: x, y: y, xLabel: xLabel, yLabel: yLabel)
    document.text(xTitle, at: Point((left + right) / 2, bottom + 36), .middle)

    func point(_ item: Item) -> Point { Point(x.place(item.x), y.place(item.y)) }
    let front = Self.stairs(Self.front(items).map(point))
    document.polyline(
      front, .init(stroke: "#d0d0d0", strokeWidth: 6))
    for (name, style) in styles.sorted(by: { $0.key < $1.key }) {
      let points = items.filter { $0.series == name }.map(point)
      if points.count > 1 {
        document.polyline(points, .init(stroke: style.color, strokeWidth: 1.5))
      }
    }
    // The small ones last, so that none is hidden.
    for item in items.sorted(by: { $0.radius > $1.radius }) {
      let style = styles[item.series] ?? SeriesStyle(number: 0)
      document.mark(style, at: point(item), radius: item.radius, title: item.label)
    }
    drawLabels(
      on: &document, point, styles, avoiding: zip(front, front.dropFirst()).map(Box.init(from:to:)),
      within: Box(left: left, top: top, width: right - left, height: bottom - top))
  }

  private func drawLabels(
    on document: inout SVGDocument, _ point: (Item) -> Point, _ styles: [String: SeriesStyle],
    avoiding lines: [Box], within bounds: Box
  ) {
    var layout = LabelLayout(
      within: bounds, marks: items.map { Box(around: point($0), radius: $0.radius + 1) },
      lines: lines, fontSize: Self.fontSize)
    for item in items {
      guard let placed = layout.place(item.label, beside: point(item)) else { continue }
      let color = styles[item.series]?.color
      if placed.isRemote {
        document.line(
          from: placed.anchor, to: placed.box.nearest(to: placed.anchor), stroke: "#999999")
      }
      document.text(
        item.label, at: Point(placed.box.left, placed.box.bottom - Self.fontSize * 0.25),
        size: Self.fontSize, color: color, hasHalo: true)
    }
  }

  /// At a speed between two points, the faster of them is the best that there is.
  private static func stairs(_ points: [Point]) -> [Point] {
    points.indices.flatMap { index in
      index == 0 ? [points[0]] : [Point(points[index - 1].x, points[index].y), points[index]]
    }
  }
}

/// How the marks of a series look: colours that are told apart without red and green, and when
/// these run out, other shapes.
public struct SeriesStyle: Sendable, Equatable {
  enum Shape: CaseIterable { case disc, square, diamond, triangle }

  public let color: String
  let shape: Shape

  /// Okabe and Ito's, without the yellow that white paper swallows.
  private static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9",
  ]

  public init(number: Int) {
    color = Self.colors[number % Self.colors.count]
    shape = Shape.allCases[number / Self.colors.count % Shape.allCases.count]
  }
}

extension SVGDocument {
  /// Lines at the ticks of both axes, with their labels.
  public mutating func grid(
    x: PlotAxis, y: PlotAxis, xLabel: (Double) -> String, yLabel: (Double) -> String
  ) {
    let (left, right) = (x.place(x.values.lowerBound), x.place(x.values.upperBound))
    let (bottom, top) = (y.place(y.values.lowerBound), y.place(y.values.upperBound))
    for value in y.ticks {
      let height = y.place(value)
      line(from: Point(left, height), to: Point(right, height), stroke: "#dddddd")
      text(yLabel(value), at: Point(left - 8, height + 4), .end)
    }
    for value in x.ticks {
      let place = x.place(value)
      line(from: Point(place, top), to: Point(place, bottom), stroke: "#dddddd")
      text(xLabel(value), at: Point(place, bottom + 18), .middle)
    }
  }

  mutating func mark(
    _ style: SeriesStyle, at center: Point, radius: Double, title: String
  ) {
    let fill = Style(stroke: "white", strokeWidth: 0.8, fill: style.color)
    func around(_ offsets: [(Double, Double)]) -> [Point] {
      offsets.map { Point(center.x + $0 * radius, center.y + $1 * radius) }
    }
    switch style.shape {
    case .disc: circle(center, radius: radius, fill, title: title)
    case .square:
      polygon(around([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]), fill, title: title)
    case .diamond: polygon(around([(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)]), fill, title: title)
    case .triangle: polygon(around([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]), fill, title: title)
    }
  }
}
