/// A report as plain text with aligned columns.
extension BenchmarkReport {
  /// - Parameter showsVersions: adds what each program says of its version.
  /// - Returns: lines that end in a line feed.
  public func text(showsVersions: Bool = false) -> String {
    var blocks = (tables + (total.map { [$0] } ?? [])).map { table in
      let rows = ReportCells.cells(table)
      let remarks = ReportCells.remarks(table)
      return ([ReportCells.title(table)] + TextTable.lines(ReportCells.header, rows) + remarks)
    }
    blocks.append(ReportCells.legend(self))
    blocks.append(["Counted in total:"] + ReportCells.decoders(self).map { "  \($0)" })
    if showsVersions {
      blocks.append(["Versions:"] + ReportCells.versions(self).map { "  \($0)" })
    }
    return blocks.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }
}

/// Lays out columns: the first flush left, the others flush right, two spaces between them.
enum TextTable {
  static func lines(_ header: [String], _ rows: [[String]]) -> [String] {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([header, rule] + rows).map { cells in
      zip(cells, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }
  }
}
