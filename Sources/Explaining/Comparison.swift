import Plotting

/// Two explanations beside each other: of the same text by two models, or of two texts.
package struct Comparison: Sendable {
  package let first: Explanation
  package let second: Explanation

  package init(_ first: Explanation, _ second: Explanation) {
    self.first = first
    self.second = second
  }

  /// Whether both are about the same bytes, so that costs can be compared one by one.
  package var isOfSameText: Bool {
    first.passages.count == second.passages.count
      && zip(first.passages, second.passages).allSatisfy {
        $0.offset == $1.offset && $0.bytes == $1.bytes
      }
  }

  /// A unit with both costs.
  package struct Difference: Sendable {
    package var first: UnitCost
    /// In units of 2^-20 bits.
    package var second: Int64

    /// By how many bits the second one is dearer.
    package var bits: Double { Cost.bits(second - first.cost) }
  }

  /// Where the costs differ most; none unless both are about the same text.
  package func greatest(_ unit: TextUnit, _ count: Int) -> [Difference] {
    guard isOfSameText else { return [] }
    var costs: [Int64] = []
    let structure = first.structure
    second.eachUnit(unit, structure) { costs.append($0.cost) }
    var best = Best<Difference>(count)
    var next = 0
    first.eachUnit(unit, structure) { cost in
      let other = costs[next]
      next += 1
      best.offer(
        Difference(first: cost, second: other), Int64(clamping: (other - cost.cost).magnitude))
    }
    return best.sorted.filter { $0.second != $0.first.cost }
  }

  /// Names of the two: what tells them apart.
  package var names: (String, String) {
    if first.name != second.name { return (first.name, second.name) }
    if first.model != second.model { return (first.model, second.model) }
    return ("first", "second")
  }

  /// The figures of both, as rows of a table, its head first.
  package var rows: [[String]] {
    let both = [first, second]
    func row(_ name: String, _ value: (Explanation) -> String) -> [String] {
      [name] + both.map(value)
    }
    var rows = [
      ["", names.0, names.1],
      row("model") { "\($0.model), \($0.setting)" },
      row("plain bytes") { Summary.grouped($0.explainedSize) },
      row("payload") { Summary.grouped($0.payloadSize) },
      row("bits a byte") { DecimalText.fixed($0.bitsPerByte, 4) },
    ]
    let parts = both.map(PartRow.rows)
    var names: [String] = []
    for part in parts.flatMap({ $0 }) where !names.contains(part.name) { names.append(part.name) }
    for name in names {
      rows.append(
        ["saved by \(name)"]
          + zip(parts, both).map { parts, explanation in
            parts.first { $0.name == name }.map {
              DecimalText.fixed($0.saved / Double(max(explanation.explainedSize, 1)), 4)
            } ?? ""
          })
    }
    return rows
  }

  /// Lines of plain text.
  package func lines(by unit: TextUnit, top: Int, width: Int) -> [String] {
    var lines = Summary.table(rows)
    let greatest = greatest(unit, top)
    if !greatest.isEmpty {
      let cells = [["difference", names.0, names.1, unit == .byte ? "offset" : "line"]]
        + greatest.map { difference in
          [
            (difference.bits > 0 ? "+" : "") + DecimalText.fixed(difference.bits, 1),
            DecimalText.fixed(difference.first.bits, 1),
            DecimalText.fixed(Cost.bits(difference.second), 1),
            unit == .byte ? "@\(difference.first.offset)"
              : difference.first.line.map(String.init) ?? "@\(difference.first.offset)",
          ]
        }
      let table = Summary.table(cells)
      let room = max(width - (table.first?.count ?? 0) - 2, 20)
      lines += ["", "Where they differ most, in bits:", table[0]]
      lines += zip(table.dropFirst(), greatest).map {
        $0 + "  " + UnitList.safe($1.first.text, width: room)
      }
    }
    return lines
  }
}
