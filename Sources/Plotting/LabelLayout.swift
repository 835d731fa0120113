import Platform

/// Finds room for labels beside the marks they belong to, none over another or over a mark.
package struct LabelLayout {
  /// A label and where it went.
  package struct Placed: Equatable {
    /// The mark it belongs to.
    package var anchor: Point
    package var box: Box
    /// Whether it is so far away that a line has to lead to it.
    package var isRemote: Bool
  }

  private let bounds: Box
  private let fontSize: Double
  private let lines: [Box]
  private var taken: [Box]

  /// - Parameters:
  ///   - marks: to be kept free.
  ///   - lines: to be kept free where there is room nearby.
  package init(within bounds: Box, marks: [Box], lines: [Box] = [], fontSize: Double) {
    self.bounds = bounds
    self.fontSize = fontSize
    self.lines = lines
    taken = marks
  }

  /// What a label takes, by the width that letters without serifs seldom pass.
  package func size(of text: String) -> (width: Double, height: Double) {
    (Double(text.count) * fontSize * 0.6, fontSize * 1.15)
  }

  /// The nearest free place; nil if the picture is full.
  package mutating func place(_ text: String, beside mark: Point) -> Placed? {
    let found = find(text, beside: mark, rings: 5, besides: lines)
      ?? find(text, beside: mark, rings: 24, besides: [])
    if let found { taken.append(found.box) }
    return found
  }

  private func find(
    _ text: String, beside mark: Point, rings: Int, besides lines: [Box]
  ) -> Placed? {
    let (width, height) = size(of: text)
    for ring in 0..<rings {
      let distance = 7 + Double(ring) * 7
      let directions = ring < 2 ? 8 : 24
      for direction in Self.inPreference(directions) {
        let angle = 2 * Double.pi * Double(direction) / Double(directions)
        let (across, down) = (cos(angle), sin(angle))
        // The side of the box that looks at the mark is as far away from it.
        let box = Box(
          left: mark.x + across * distance + (across - 1) / 2 * width,
          top: mark.y + down * distance + (down - 1) / 2 * height, width: width, height: height)
        guard bounds.contains(box), !taken.contains(where: box.overlaps),
          !lines.contains(where: box.overlaps)
        else { continue }
        return Placed(anchor: mark, box: box, isRemote: ring > 1)
      }
    }
    return nil
  }

  /// To the right first, then to the left, and so on to the steepest.
  private static func inPreference(_ directions: Int) -> [Int] {
    (0..<directions).sorted { a, b in
      func steepness(_ direction: Int) -> Double {
        let angle = 2 * Double.pi * Double(direction) / Double(directions)
        return sin(angle).magnitude - cos(angle) * 0.2
      }
      let (left, right) = (steepness(a), steepness(b))
      return left == right ? a < b : left < right
    }
  }
}

/// A part of a picture.
package struct Box: Equatable {
  package var left, top, width, height: Double

  /// What two opposite corners span.
  package init(from a: Point, to b: Point) {
    self.init(
      left: min(a.x, b.x), top: min(a.y, b.y), width: (a.x - b.x).magnitude,
      height: (a.y - b.y).magnitude)
  }

  /// The square around a circle.
  package init(around center: Point, radius: Double) {
    self.init(
      left: center.x - radius, top: center.y - radius, width: 2 * radius, height: 2 * radius)
  }

  package init(left: Double, top: Double, width: Double, height: Double) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }

  package var right: Double { left + width }
  package var bottom: Double { top + height }

  package func overlaps(_ other: Box) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  package func contains(_ other: Box) -> Bool {
    left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
  }

  /// The point of it that is nearest.
  package func nearest(to point: Point) -> Point {
    Point(min(max(point.x, left), right), min(max(point.y, top), bottom))
  }
}
