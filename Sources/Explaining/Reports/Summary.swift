import Plotting

/// What there is to say of an explanation in a few lines.
package struct Summary {
  private let explanation: Explanation

  package init(_ explanation: Explanation) { self.explanation = explanation }

  /// Names and values.
  package var facts: [(name: String, value: String)] {
    let all = explanation
    var facts = [("model", "\(all.model), \(all.setting)")]
    let size = Self.grouped(all.inputSize)
    if all.isComplete {
      facts.append(("plain bytes", size))
    } else if all.blocks.count == all.blockCount {
      facts.append(("plain bytes", "\(size), the first of more"))
    } else {
      facts.append((
        "plain bytes",
        "\(Self.grouped(all.explainedSize)) in a sample of \(all.blocks.count) of "
          + "\(all.blockCount) blocks, of \(size)"))
    }
    facts.append((
      "cost",
      "\(Self.grouped(Int(all.bits.rounded()))) bits, \(DecimalText.fixed(all.bitsPerByte, 4)) "
        + "a byte"))
    var payload = "\(Self.grouped(all.payloadSize)) bytes"
    if let archive = all.archiveSize, all.isComplete {
      payload += ", and \(Self.grouped(archive - all.payloadSize)) bytes of headers and index"
    }
    facts.append(("payload", payload))
    for (method, blocks) in methods {
      facts.append(("coded", all.blocks.count == 1 ? method : "\(method): \(blocks)"))
    }
    return facts
  }

  /// In the order in which they first come, with how many blocks they have.
  private var methods: [(String, String)] {
    var counts: [(method: String, blocks: Int)] = []
    for block in explanation.blocks {
      if let index = counts.firstIndex(where: { $0.method == block.method }) {
        counts[index].blocks += 1
      } else {
        counts.append((block.method, 1))
      }
    }
    return counts.map { ($0.method, $0.blocks == 1 ? "1 block" : "\($0.blocks) blocks") }
  }

  /// Rows of columns, the first flush left, the others right.
  package static func table(_ rows: [[String]]) -> [String] {
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
  }

  /// Lines of plain text.
  package var lines: [String] {
    let width = facts.map(\.name.count).max() ?? 0
    var lines = facts.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }
    let rows = PartRow.rows(of: explanation)
    if !rows.isEmpty {
      lines.append("")
      lines += Self.table(
        [["who saved", "bits a byte", "share", "alone, bits a byte"]]
          + rows.map { row in
            [
              row.name,
              DecimalText.fixed(row.saved / Double(max(explanation.explainedSize, 1)), 4),
              DecimalText.fixed(100 * row.share, 1) + " %",
              row.alone.map { DecimalText.fixed($0, 4) } ?? "",
            ]
          })
    }
    return lines
  }

  /// "12,345,678".
  static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
