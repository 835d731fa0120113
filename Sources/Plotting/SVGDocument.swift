/// A picture in SVG, one element a line. Lengths are in user units, from the top left corner.
public struct SVGDocument {
  public enum Anchor: String { case start, middle, end }

  /// A colour and what else there is to say of a line or an area.
  public struct Style {
    public var stroke: String?
    public var strokeWidth: Double
    public var fill: String

    public init(stroke: String? = nil, strokeWidth: Double = 1, fill: String = "none") {
      self.stroke = stroke
      self.strokeWidth = strokeWidth
      self.fill = fill
    }

    fileprivate var attributes: String {
      let line = stroke.map { " stroke=\"\($0)\" stroke-width=\"\(number(strokeWidth))\"" }
      return " fill=\"\(fill)\"" + (line ?? "")
    }
  }

  private var lines: [String]

  /// - Parameter title: what a screen reader says.
  public init(width: Double, height: Double, title: String? = nil) {
    let (width, height) = (number(width), number(height))
    lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
      """
    ]
    if let title { lines.append("<title>\(Markup.escaped(title))</title>") }
    lines.append("<rect width=\"\(width)\" height=\"\(height)\" fill=\"white\"/>")
  }

  public mutating func line(from start: Point, to end: Point, stroke: String) {
    lines.append(
      "<line x1=\"\(number(start.x))\" y1=\"\(number(start.y))\" x2=\"\(number(end.x))\" "
        + "y2=\"\(number(end.y))\" stroke=\"\(stroke)\"/>")
  }

  public mutating func polyline(_ points: [Point], _ style: Style) {
    lines.append("<polyline points=\"\(list(points))\"\(style.attributes)/>")
  }

  public mutating func polygon(_ points: [Point], _ style: Style, title: String? = nil) {
    add("polygon", "points=\"\(list(points))\"\(style.attributes)", title)
  }

  public mutating func circle(
    _ center: Point, radius: Double, _ style: Style, title: String? = nil
  ) {
    add(
      "circle",
      "cx=\"\(number(center.x))\" cy=\"\(number(center.y))\" r=\"\(number(radius))\""
        + style.attributes, title)
  }

  /// - Parameters:
  ///   - place: where its baseline begins, ends or has its middle.
  ///   - hasHalo: what is beneath is kept off the letters.
  public mutating func text(
    _ text: String, at place: Point, _ anchor: Anchor = .start, size: Double? = nil,
    isBold: Bool = false, isUpright: Bool = true, color: String? = nil, hasHalo: Bool = false
  ) {
    var attributes = "x=\"\(number(place.x))\" y=\"\(number(place.y))\""
    if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
    if let size { attributes += " font-size=\"\(number(size))\"" }
    if isBold { attributes += " font-weight=\"bold\"" }
    if !isUpright {
      attributes += " transform=\"rotate(-90 \(number(place.x)) \(number(place.y)))\""
    }
    if let color { attributes += " fill=\"\(color)\"" }
    if hasHalo { attributes += " stroke=\"white\" stroke-width=\"3\" paint-order=\"stroke\"" }
    lines.append("<text \(attributes)>\(Markup.escaped(text))</text>")
  }

  /// The whole document.
  public var text: String { (lines + ["</svg>"]).joined(separator: "\n") + "\n" }

  private mutating func add(_ element: String, _ attributes: String, _ title: String?) {
    let content = title.map { "><title>\(Markup.escaped($0))</title></\(element)>" } ?? "/>"
    lines.append("<\(element) \(attributes)\(content)")
  }

  private func list(_ points: [Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }
}

/// A place in a picture: to the right and down.
public struct Point: Equatable, Sendable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A coordinate, to a tenth.
private func number(_ value: Double) -> String {
  let tenths = Int((min(max(value.isNaN ? 0 : value, -1e9), 1e9) * 10).rounded())
  let (whole, part) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
  return (tenths < 0 ? "-" : "") + "\(whole)" + (part > 0 ? ".\(part)" : "")
}
