/// A report as Markdown.
extension BenchmarkReport {
  /// - Parameter showsVersions: adds what each program says of its version.
  /// - Returns: lines that end in a line feed.
  public func markdown(showsVersions: Bool = false) -> String {
    var blocks: [[String]] = []
    for table in tables + (total.map { [$0] } ?? []) {
      blocks.append(["### \(MarkdownTable.escape(ReportCells.title(table)))"])
      blocks.append(MarkdownTable.lines(ReportCells.header, ReportCells.cells(table)))
      blocks.append(MarkdownTable.list(ReportCells.remarks(table)))
    }
    blocks.append(MarkdownTable.list(ReportCells.legend(self)))
    blocks.append(["Counted in total:"])
    blocks.append(MarkdownTable.list(ReportCells.decoders(self)))
    if showsVersions {
      blocks.append(["Versions:"])
      blocks.append(MarkdownTable.list(ReportCells.versions(self)))
    }
    return blocks.filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }
}

enum MarkdownTable {
  /// A pipe table: the first column flush left, the others flush right.
  static func lines(_ header: [String], _ rows: [[String]]) -> [String] {
    let alignment = header.indices.map { $0 == 0 ? ":--" : "--:" }
    return ([header.map(escape), alignment] + rows.map { $0.map(escape) })
      .map { "| \($0.joined(separator: " | ")) |" }
  }

  static func list(_ items: [String]) -> [String] {
    items.map { "- \(escape($0))" }
  }

  /// Text that stands for itself: what Markdown would take as markup is escaped.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\|*_`<>[]#".contains(character) { escaped.append("\\") }
      escaped.append(character.isNewline ? " " : character)
    }
    return escaped
  }
}
