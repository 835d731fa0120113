import Plotting

/// A report as a picture: size against speed.
extension BenchmarkReport {
  /// SVG with two panels, compression and decompression: speed across on a logarithmic axis, bits a
  /// byte upwards, a mark for each program with figures, its area the
  /// memory, levels of one program joined by a line. Of
  /// several files their total.
  public func svg() -> String {
    wholeTable.map(svg) ?? SVGDocument(width: 1, height: 1).text
  }

  /// The picture of one table.
  func svg(_ table: BenchmarkTable) -> String {
    SpeedPicture(table, threads: threads, processor: machine.processor).svg
  }
}

/// The picture of one table.
private struct SpeedPicture {
  private static let size = (width: 1240.0, height: 620.0)
  private static let panels = [(left: 64.0, right: 600.0), (left: 680.0, right: 1216.0)]
  private static let (top, bottom) = (84.0, 556.0)

  private let table: BenchmarkTable
  private let note: String
  private let rows: [(program: ProgramDescription, measurement: Measurement)]
  private let styles: [String: SeriesStyle]

  init(_ table: BenchmarkTable, threads: Int, processor: String?) {
    self.table = table
    note = "archive alone; \(threads) thread\(threads == 1 ? "" : "s")"
      + (processor.map { ", \($0)" } ?? "")
    rows = table.rows.compactMap { row in
      guard let measurement = row.outcome.measurement, measurement.bitsPerByte != nil,
        measurement.compressionSpeed != nil, measurement.decompressionSpeed != nil
      else { return nil }
      return (row.program, measurement)
    }
    var styles: [String: SeriesStyle] = [:]
    for row in rows where styles[row.program.family] == nil {
      styles[row.program.family] = SeriesStyle(number: styles.count)
    }
    self.styles = styles
  }

  private var mostMemory: Double {
    Double(rows.map(\.measurement.peakMemory).max() ?? 0)
  }

  var svg: String {
    let title = "\(table.title): size against speed"
    var document = SVGDocument(width: Self.size.width, height: Self.size.height, title: title)
    document.text(title, at: Point(Self.panels[0].left, 28), size: 16, isBold: true)
    document.text(
      "\(table.plainBytes) bytes; \(note). Better is to the right and down; the grey line is the "
        + "front; the area of a mark is the memory, at most "
        + "\(DecimalText.fixed(mostMemory / 1e6, 0)) MB.",
      at: Point(Self.panels[0].left, 46))
    document.text(
      "bits a byte", at: Point(18, (Self.top + Self.bottom) / 2), .middle, isUpright: false)
    let directions: [(String, (Measurement) -> Double?)] = [
      ("Compression", \.compressionSpeed), ("Decompression", \.decompressionSpeed),
    ]
    for ((title, speed), place) in zip(directions, Self.panels) {
      let items = rows.map { row in
        ScatterPanel.Item(
          label: row.program.label, series: row.program.family, x: speed(row.measurement) ?? 1,
          y: row.measurement.bitsPerByte ?? 0,
          weight: Double(row.measurement.peakMemory) / max(mostMemory, 1))
      }
      let panel = ScatterPanel(
        title: title, items: items,
        xTitle: "plain bytes a second (K = 10^3, M = 10^6), wall clock",
        xLabel: Self.speedLabel, yLabel: { DecimalText.fixed($0, 2) })
      panel.draw(
        on: &document,
        x: PlotAxis(
          Self.speeds(items.map(\.x)), .logarithmic, from: place.left, to: place.right),
        y: PlotAxis(Self.sizes(items.map(\.y)), .linear, from: Self.bottom, to: Self.top),
        styles: styles)
    }
    return document.text
  }

  /// With room at both ends, on the right for labels.
  private static func speeds(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0.1, values.max() ?? 1)
    return low / 1.6...max(high, low * 2) * 2.2
  }

  private static func sizes(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0, values.max() ?? 8)
    let margin = max((high - low) * 0.08, 0.02)
    return max(low - margin, 0)...high + margin
  }

  /// In as few letters as can be: there may be many.
  private static func speedLabel(_ megabytes: Double) -> String {
    let isSlow = megabytes < 0.9995
    let value = isSlow ? megabytes * 1000 : megabytes
    return DecimalText.fixed(value, value < 0.9995 ? 1 : 0) + (isSlow ? " K" : " M")
  }
}
