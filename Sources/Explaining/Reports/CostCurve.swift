import Plotting

/// Draws bits a byte along the input.
struct CostCurve {
  private static let size = (width: 900.0, height: 300.0)
  private static let plot = (left: 60.0, right: 880.0, top: 36.0, bottom: 244.0)
  private static let mostPoints = 240

  private let explanation: Explanation

  init(_ explanation: Explanation) { self.explanation = explanation }

  /// Means over equal parts of the passages, each where its middle is.
  private var points: [Point] {
    let total = explanation.passages.reduce(0) { $0 + $1.bytes.count }
    let length = max((total + Self.mostPoints - 1) / Self.mostPoints, 1)
    return explanation.passages.flatMap { passage in
      stride(from: 0, to: passage.bytes.count, by: length).map { start in
        let range = start..<min(start + length, passage.bytes.count)
        return Point(
          Double(passage.offset) + Double(range.lowerBound + range.upperBound) / 2,
          Cost.bits(passage.cost(of: range)) / Double(range.count))
      }
    }
  }

  var svg: String {
    let points = points
    let most = points.map(\.y).max() ?? 1
    let x = PlotAxis(
      0...Double(max(explanation.inputSize, 1)), .linear, from: Self.plot.left,
      to: Self.plot.right)
    let y = PlotAxis(
      0...max(most * 1.1, 0.01), .linear, from: Self.plot.bottom, to: Self.plot.top)
    var document = SVGDocument(
      width: Self.size.width, height: Self.size.height, title: "Bits a byte along the input")
    CurvePanel(
      yTitle: "bits a byte, mean \(DecimalText.fixed(explanation.bitsPerByte, 3))",
      xTitle: "bytes of the input", curves: [.init(name: "", points: points)],
      xLabel: Self.label, yLabel: { DecimalText.fixed($0, y.step < 0.1 ? 2 : y.step < 1 ? 1 : 0) }
    ).draw(on: &document, x: x, y: y)
    return document.text
  }

  private static func label(_ bytes: Double) -> String {
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where bytes >= size {
      let value = bytes / size
      return DecimalText.fixed(value, value == value.rounded() ? 0 : 1) + " " + unit
    }
    return DecimalText.fixed(bytes, 0)
  }
}
