import Benchmarking
import Testing

@Suite struct SVGReportTests {
  private static func row(_ label: String, _ bytes: Int, _ seconds: Double) -> BenchmarkRow {
    BenchmarkRow(
      program: ProgramDescription(label: label),
      outcome: .measured(
        Measurement(
          plainBytes: 1_000_000, archiveBytes: bytes,
          compression: RunCost(seconds: seconds, peakMemory: 1),
          decompression: RunCost(seconds: seconds / 3, peakMemory: 1))))
  }

  private static let rows = [
    row("fscomp -1", 230_000, 4), row("fscomp -6", 170_000, 40), row("mcm -f5", 209_000, 0.4),
    row("mcm -h5", 200_000, 0.7), row("mcm -x5", 199_000, 0.8), row("xz -9e", 280_000, 0.6),
    row("R&D <1>", 300_000, 0.01),
    BenchmarkRow(program: Samples.missing, outcome: .notInstalled),
  ]

  private func lines(_ report: BenchmarkReport, _ element: String) -> [Substring] {
    report.svg().split(separator: "\n").filter { $0.hasPrefix("<\(element) ") }
  }

  private let report = Samples.report([
    BenchmarkTable(title: "some text", plainBytes: 1_000_000, rows: rows)
  ])

  @Test func everyProgramWithFiguresIsInBothPanels() {
    let svg = report.svg()
    #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
    for row in Self.rows.dropLast(2) {
      #expect(lines(report, "text").count { $0.contains(">\(row.program.label)</text>") } == 2)
    }
    #expect(lines(report, "text").count { $0.contains(">R&amp;D &lt;1&gt;</text>") } == 2)
    #expect(!svg.contains("cmix"))
    #expect(lines(report, "circle").count == 2 * 7)
    for title in ["Compression", "Decompression", "bits a byte"] {
      #expect(lines(report, "text").count { $0.contains(">\(title)</text>") } == 1)
    }
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func levelsOfAProgramAreJoinedAndTheFrontIsDrawn() {
    let counts = lines(report, "polyline").map {
      $0.split(separator: "\"")[1].split(separator: " ").count
    }
    // In each panel the front of five points (fscomp -6, mcm, the fastest) in steps, two levels of
    // fscomp, three of mcm.
    #expect(counts == [9, 2, 3, 9, 2, 3])
  }

  @Test func rightIsFasterAndDownIsSmaller() throws {
    let circles = lines(report, "circle").prefix(7).map { line in
      let words = line.split(separator: "\"")
      return (x: Double(words[1]) ?? 0, y: Double(words[3]) ?? 0)
    }
    #expect(circles[2].x > circles[3].x && circles[3].x > circles[4].x)
    #expect(circles[2].y < circles[3].y && circles[3].y < circles[4].y)
    #expect(circles[1].y == circles.map(\.y).max())
    // Four times as fast is as far anywhere: the axis is logarithmic.
    let steps = [circles[0].x - circles[1].x, circles[2].x - circles[0].x]
    #expect((steps[0] - steps[1]).magnitude < 0.2)
  }

  @Test func severalFilesAreAddedAndNoneIsAPictureToo() {
    let both = Samples.report([
      Samples.table("a", 1_000_000, .measured(Samples.small), .measured(Samples.small)),
      Samples.table("b", 3_000_000, .measured(Samples.large), .measured(Samples.large)),
    ])
    #expect(both.svg().contains("total of 2 files"))
    #expect(lines(both, "circle").count == 4)
    let nothing = Samples.report([Samples.table("a", 0, .notInstalled, .notInstalled)])
    #expect(nothing.svg().hasSuffix("</svg>\n"))
    #expect(Samples.report([]).svg().hasSuffix("</svg>\n"))
  }
}
