import Plotting
import Testing

@Suite struct SVGDocumentTests {
  @Test func elementsAreLines() {
    var document = SVGDocument(width: 100, height: 50.25, title: "a < b")
    document.line(from: Point(0, 0.04), to: Point(-1.25, 99.96), stroke: "#ddd")
    document.circle(Point(1, 2), radius: 3, .init(fill: "red"), title: "\"quoted\"")
    document.polyline([Point(1, 2), Point(.nan, .infinity)], .init(stroke: "blue"))
    document.text("R&D\u{1}", at: Point(5, 6), .middle)
    #expect(
      document.text == """
        <svg xmlns="http://www.w3.org/2000/svg" width="100" height="50.3" \
        viewBox="0 0 100 50.3" font-family="sans-serif" font-size="12">
        <title>a &lt; b</title>
        <rect width="100" height="50.3" fill="white"/>
        <line x1="0" y1="0" x2="-1.3" y2="100" stroke="#ddd"/>
        <circle cx="1" cy="2" r="3" fill="red"><title>&quot;quoted&quot;</title></circle>
        <polyline points="1,2 0,1000000000" fill="none" stroke="blue" stroke-width="1"/>
        <text x="5" y="6" text-anchor="middle">R&amp;D\u{FFFD}</text>
        </svg>

        """)
  }
}

@Suite struct ScatterPanelTests {
  private func item(_ label: String, _ x: Double, _ y: Double) -> ScatterPanel.Item {
    ScatterPanel.Item(label: label, series: label, x: x, y: y)
  }

  @Test func theFrontHasWhatNothingBeats() {
    let items = [
      item("small", 0.1, 1.2), item("beaten", 0.1, 1.3), item("fast", 9, 2.5),
      item("middle", 2, 1.8), item("slower", 1, 1.8), item("worst", 0.05, 3),
    ]
    #expect(ScatterPanel.front(items).map(\.label) == ["small", "middle", "fast"])
    #expect(ScatterPanel.front([]).isEmpty)
  }

  @Test func colorsAndShapesTellManySeriesApart() {
    let styles = (0..<28).map(SeriesStyle.init(number:))
    for (number, style) in styles.enumerated() {
      #expect(!styles[..<number].contains(style))
    }
  }
}
