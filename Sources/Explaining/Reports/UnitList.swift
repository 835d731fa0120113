import Plotting

/// The dearest lines, words or fields as a list.
package enum UnitList {
  /// Lines of plain text, the dearest first.
  package static func lines(
    of explanation: Explanation, by unit: TextUnit, top: Int, width: Int
  ) -> [String] {
    let structure = explanation.structure
    if unit == .word {
      let words = explanation.dearestWords(top)
      return Summary.table(
        [["word", "bits", "times", "bits a time"]]
          + words.map { word in
            [
              safe(word.text, width: 40), DecimalText.fixed(word.bits, 1), "\(word.occurrences)",
              DecimalText.fixed(word.bits / Double(max(word.occurrences, 1)), 2),
            ]
          })
    }
    let units = explanation.dearest(unit, top, structure)
    let heads = ["bits", "a byte", unit == .byte ? "offset" : "line"]
    let rows = units.map { cost in
      [
        DecimalText.fixed(cost.bits, 1), DecimalText.fixed(cost.bitsPerByte, 2),
        unit == .byte || cost.line == nil ? "@\(cost.offset)" : "\(cost.line ?? 0)",
      ]
    }
    let columns = heads.indices.map { column in
      ([heads] + rows).map { $0[column].count }.max() ?? 0
    }
    func padded(_ cells: [String]) -> String {
      zip(cells, columns).map { String(repeating: " ", count: $1 - $0.count) + $0 }
        .joined(separator: "  ")
    }
    let room = max(width - columns.reduce(0, +) - 6, 20)
    return [padded(heads) + "  " + (unit == .field ? "field: text" : "text")]
      + zip(rows, units).map { row, cost in
        padded(row) + "  " + (cost.name.map { safe($0, width: 30) + ": " } ?? "")
          + safe(cost.text, width: room)
      }
  }

  /// Without what a terminal would obey, and cut where it is too long.
  static func safe(_ text: String, width: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == width {
        return result + "..."
      }
      switch scalar.properties.generalCategory {
      case .control where scalar == "\t": result += " "
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
      count += 1
    }
    return result
  }
}
