import Plotting

/// A report as a page.
extension BenchmarkReport {
  /// A page that stands by itself: size against speed as a picture, tables that can be sorted, the
  /// machine, the versions.
  ///
  /// - Parameter date: when this was measured, as text.
  public func html(date: String) -> String {
    let all = wholeTable.map { [$0] } ?? []
    let others = total == nil ? [] : tables
    let title = "Size against speed: \(all.first?.title ?? "nothing")"
    var page = HTMLDocument(title: title, style: Self.style)
    page.add("<h1>\(Markup.escaped(title))</h1>")
    page.add("<p class=\"note\">\(Markup.escaped(setting(date)))</p>")
    for table in all + others { add(table, to: &page) }
    page.add("<h2>How to read this</h2>")
    page.add(Self.list(ReportCells.legend(self)))
    page.add("<h2>Counted in total</h2>")
    page.add(Self.list(ReportCells.decoders(self)))
    page.add("<h2>Versions</h2>")
    page.add(Self.list(ReportCells.versions(self)))
    return page.text
  }

  private func setting(_ date: String) -> String {
    let memory = DecimalText.fixed(Double(machine.memory) / 1e9, 1)
    return "\(date); \(machine.processor ?? "unknown processor"), \(machine.logicalCores) logical "
      + "cores, \(memory) GB of memory; \(threads) thread\(threads == 1 ? "" : "s") where a program "
      + "has the choice."
  }

  private func add(_ table: BenchmarkTable, to page: inout HTMLDocument) {
    page.add("<h2>\(Markup.escaped(ReportCells.title(table)))</h2>")
    page.add("<figure>\(svg(table))</figure>")
    let front = table.front
    let columns = ReportCells.header.enumerated().map { index, title in
      index == 0 ? HTMLDocument.Column.text(title) : .number(title)
    }
    let rows = zip(table.rows, ReportCells.cells(table)).enumerated().map { index, row in
      let orders = Self.orders(row.0)
      return row.1.enumerated().map { column, text in
        let isName = column == 0 && front.contains(index)
        let markup = isName
          ? "<strong>\(Markup.escaped(text))</strong>" : Markup.escaped(text)
        return HTMLDocument.Cell(markup: markup, order: orders[column])
      }
    }
    page.addTable(
      caption: "Those on a front are bold", columns: columns, rows: rows, isSortable: true)
    page.add(Self.list(ReportCells.remarks(table)))
  }

  /// By what each column is sorted, where the text would not do.
  private static func orders(_ row: BenchmarkRow) -> [Double?] {
    let measurement = row.outcome.measurement
    var orders = [Double?](repeating: nil, count: ReportCells.header.count)
    orders[ReportCells.header.count - 3] = measurement?.compressionSpeed
    orders[ReportCells.header.count - 2] = measurement?.decompressionSpeed
    return orders
  }

  private static func list(_ items: [String]) -> String {
    if items.isEmpty { return "" }
    return "<ul>" + items.map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n") + "</ul>"
  }

  private static let style = "figure svg { min-width: 60rem; }\n"
}

extension BenchmarkTable {
  /// The rows that none beats in size and speed at the same time, in one direction or the other.
  fileprivate var front: Set<Int> {
    let measured = rows.enumerated().compactMap { index, row in
      row.outcome.measurement.map { (index, $0) }
    }
    let speeds: [(Measurement) -> Double?] = [{ $0.compressionSpeed }, { $0.decompressionSpeed }]
    return speeds.reduce(into: []) { front, speed in
      let items = measured.compactMap { index, measurement in
        speed(measurement).map {
          ScatterPanel.Item(
            label: "\(index)", series: "", x: $0, y: Double(measurement.archiveBytes))
        }
      }
      front.formUnion(ScatterPanel.front(items).compactMap { Int($0.label) })
    }
  }
}
