/// Rows of text in aligned columns.
package struct TextTable {
  package enum Column {
    case left(String)
    case right(String)

    var title: String {
      switch self {
      case .left(let title), .right(let title): title
      }
    }

    func padded(_ text: String, to width: Int) -> String {
      let padding = String(repeating: " ", count: max(0, width - text.displayWidth))
      switch self {
      case .left: return text + padding
      case .right: return padding + text
      }
    }
  }

  private let columns: [Column]
  private var rows: [[String]]

  /// "Name:  value" in lines with the values under each other.
  package static func list(_ pairs: [(name: String, value: String)]) -> String {
    let width = pairs.map(\.name.displayWidth).max() ?? 0
    return pairs.map { name, value in
      Column.left("").padded(name + ":", to: width + 3) + value
    }.joined(separator: "\n")
  }

  package init(_ columns: [Column]) {
    self.columns = columns
    rows = [columns.map(\.title)]
  }

  /// - Parameter row: a cell for each column.
  package mutating func add(_ row: [String]) {
    rows.append(row)
  }

  /// Without spaces at the ends of lines.
  package var rendered: String {
    let widths = columns.indices.map { column in
      rows.map { $0[column].displayWidth }.max() ?? 0
    }
    return rows.map { row in
      let line = zip(columns, zip(row, widths)).map { $0.padded($1.0, to: $1.1) }
        .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
