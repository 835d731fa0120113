import Plotting

/// An explanation as a page that stands by itself.
package struct PageReport {
  /// The most bytes of text that a page shows: some megabytes of page.
  package static let mostShownBytes = 96 << 10
  private static let dearest = 10
  private static let mostChildren = 24

  private let explanations: [Explanation]
  private let mostShownBytes: Int

  /// - Parameter explanations: one, or two that are compared.
  package init(_ explanations: [Explanation], mostShownBytes: Int = Self.mostShownBytes) {
    self.explanations = explanations
    self.mostShownBytes = mostShownBytes
  }

  package var text: String {
    let names = explanations.map(\.name)
    let subject = names.first == names.last ? names.first ?? "" : names.joined(separator: " and ")
    let title = "What \(subject) costs"
    var page = HTMLDocument(title: title, style: Self.style + HeatText.style)
    page.add("<h1>\(Markup.escaped(title))</h1>")
    if explanations.count == 2 {
      addComparison(Comparison(explanations[0], explanations[1]), to: &page)
    }
    for (number, explanation) in explanations.enumerated() {
      if number > 0 {
        // The text is the same, or has its own page.
        let heading = "\(explanation.name), \(explanation.model)"
        page.add("<h2>\(Markup.escaped(heading))</h2>")
        addFacts(of: explanation, to: &page, id: "sum-\(number + 1)")
        addCurve(of: explanation, to: &page)
        addParts(of: explanation, to: &page)
      } else {
        add(explanation, to: &page)
      }
    }
    page.add(Self.notes)
    return page.text
  }

  private func add(_ explanation: Explanation, to page: inout HTMLDocument) {
    addFacts(of: explanation, to: &page, id: "sum")
    page.add("<h2 id=\"text\">The text</h2>")
    if explanation.isBinary {
      page.add("<p>These are no bytes of text, so they are not shown.</p>")
    } else if explanation.explainedSize > 0 {
      let ranges = Excerpt.ranges(of: explanation, mostBytes: mostShownBytes)
      let shown = ranges.reduce(0) { $0 + $1.range.count }
      if shown < explanation.explainedSize {
        page.add(
          "<p class=\"note\">\(Summary.grouped(shown)) of "
            + "\(Summary.grouped(explanation.explainedSize)) bytes are shown, from the beginning to "
            + "the end; all figures are of all of them.</p>")
      }
      page.add(HeatText(explanation).markup(of: explanation, ranges))
    }
    addCurve(of: explanation, to: &page)
    addParts(of: explanation, to: &page)
    if !explanation.isBinary { addDearest(of: explanation, to: &page) }
    addTree(of: explanation, to: &page)
    addBlocks(of: explanation, to: &page)
  }

  private func addFacts(of explanation: Explanation, to page: inout HTMLDocument, id: String) {
    let facts = Summary(explanation).facts.map { name, value in
      "<dt>\(Markup.escaped(name))</dt><dd>\(Markup.escaped(value))</dd>"
    }
    page.add(
      "<dl id=\"\(id)\" data-bits=\"\(DecimalText.fixed(explanation.bits, 4))\" "
        + "data-payload=\"\(explanation.payloadSize)\" data-bytes=\"\(explanation.explainedSize)\">"
        + facts.joined(separator: "\n") + "</dl>")
  }

  private func addCurve(of explanation: Explanation, to page: inout HTMLDocument) {
    guard explanation.explainedSize > 0 else { return }
    page.add("<h2>Along the input</h2>")
    page.add("<figure>\(CostCurve(explanation).svg)</figure>")
  }

  private func addParts(of explanation: Explanation, to page: inout HTMLDocument) {
    let rows = PartRow.rows(of: explanation)
    guard !rows.isEmpty else { return }
    page.add("<h2>Who saved what</h2>")
    let bytes = Double(max(explanation.explainedSize, 1))
    page.addTable(
      caption: "Of eight bits for each byte, what was saved and by whom",
      columns: [
        .text("part"), .text("what it is"), .number("bits a byte"), .number("share"), .text(""),
        .number("alone, bits a byte"),
      ],
      rows: rows.map { row in
        let percent = DecimalText.fixed(100 * row.share, 1)
        let width = DecimalText.fixed(min(max(100 * row.share, 0), 100), 1)
        return [
          .text(row.name), .text(row.meaning),
          .text(DecimalText.fixed(row.saved / bytes, 4), order: row.saved),
          .text("\(percent) %", order: row.share),
          .init(
            markup: "<span class=\"bar\" style=\"width:calc(\(width) * .1rem)\"></span>",
            order: row.share),
          .text(row.alone.map { DecimalText.fixed($0, 4) } ?? "", order: row.alone),
        ]
      }, isSortable: true)
  }

  private func addDearest(of explanation: Explanation, to page: inout HTMLDocument) {
    let structure = explanation.structure
    page.add("<h2>The dearest</h2>")
    func place(_ unit: UnitCost) -> HTMLDocument.Cell {
      .text(unit.line.map { "\($0)" } ?? "@\(unit.offset)", order: Double(unit.offset))
    }
    func number(_ value: Double, _ digits: Int) -> HTMLDocument.Cell {
      .text(DecimalText.fixed(value, digits), order: value)
    }
    page.addTable(
      caption: "Lines",
      columns: [.number("line"), .number("bits"), .number("bits a byte"), .text("text")],
      rows: explanation.dearest(.line, Self.dearest, structure).map {
        [place($0), number($0.bits, 1), number($0.bitsPerByte, 3), Self.code($0.text)]
      }, isSortable: true)
    page.addTable(
      caption: "Words, all their places together",
      columns: [.text("word"), .number("bits"), .number("times"), .number("bits a time")],
      rows: explanation.dearestWords(Self.dearest).map {
        [
          Self.code($0.text), number($0.bits, 1), .text("\($0.occurrences)"),
          number($0.bits / Double(max($0.occurrences, 1)), 2),
        ]
      }, isSortable: true)
    guard structure != nil else { return }
    page.addTable(
      caption: "Fields",
      columns: [.number("line"), .number("bits"), .text("field"), .text("value")],
      rows: explanation.dearest(.field, Self.dearest, structure).map {
        [place($0), number($0.bits, 1), Self.code($0.name ?? ""), Self.code($0.text)]
      }, isSortable: true)
  }

  private func addTree(of explanation: Explanation, to page: inout HTMLDocument) {
    guard let structure = explanation.structure else { return }
    let tree = CostTree(of: explanation, structure).pruned(to: Self.mostChildren)
    page.add("<h2>By \(structure.partName)</h2>")
    page.add(
      "<p class=\"note\">Bits, share of all, bytes, values; the dearest first.</p>")
    page.add("<ul class=\"tree\">\(Self.item(tree, of: max(tree.cost, 1), depth: 0))</ul>")
  }

  private static func item(_ tree: CostTree, of all: Int64, depth: Int) -> String {
    let share = 100 * Double(tree.cost) / Double(all)
    let figures = "\(DecimalText.fixed(tree.bits, 0)) bits, \(DecimalText.fixed(share, 1)) %, "
      + "\(tree.bytes) bytes" + (tree.values > 0 ? ", \(tree.values) values" : "")
    let line = "<code>\(Markup.escaped(UnitList.safe(tree.name, width: 160)))</code> "
      + "<span class=\"bar\" style=\"width:calc(\(DecimalText.fixed(share, 1)) * .06rem)\"></span> "
      + "<span class=\"note\">\(figures)</span>"
    guard !tree.children.isEmpty else { return "<li>\(line)</li>" }
    let children = tree.children.map { item($0, of: all, depth: depth + 1) }
    return "<li><details\(depth == 0 ? " open" : "")><summary>\(line)</summary>"
      + "<ul>\(children.joined(separator: "\n"))</ul></details></li>"
  }

  private func addBlocks(of explanation: Explanation, to page: inout HTMLDocument) {
    guard explanation.blocks.count > 1 else { return }
    page.add("<h2>Blocks</h2>")
    page.addTable(
      caption: "Blocks that are explained",
      columns: [
        .number("from byte"), .number("bytes"), .number("payload"), .number("bits a byte"),
        .text("coded"),
      ],
      rows: explanation.blocks.map { block in
        [
          .text("\(block.plainOffset)"), .text("\(block.plainSize)"), .text("\(block.payloadSize)"),
          .text(
            DecimalText.fixed(Cost.bits(block.total) / Double(max(block.plainSize, 1)), 4)),
          .text(block.method),
        ]
      }, isSortable: true)
  }

  private func addComparison(_ comparison: Comparison, to page: inout HTMLDocument) {
    let rows = comparison.rows
    page.addTable(
      caption: "Both", columns: [.text("")] + rows[0].dropFirst().map { .number($0) },
      rows: rows.dropFirst().map { $0.map { .text($0) } })
    let greatest = comparison.greatest(.line, Self.dearest)
    guard !greatest.isEmpty else { return }
    page.addTable(
      caption: "Lines where they differ most, in bits",
      columns: [
        .number("line"), .number("difference"), .number(comparison.names.0),
        .number(comparison.names.1), .text("text"),
      ],
      rows: greatest.map { difference in
        [
          .text(difference.first.line.map { "\($0)" } ?? "@\(difference.first.offset)"),
          .text(
            (difference.bits > 0 ? "+" : "") + DecimalText.fixed(difference.bits, 1),
            order: difference.bits),
          .text(DecimalText.fixed(difference.first.bits, 1)),
          .text(DecimalText.fixed(Cost.bits(difference.second), 1)),
          Self.code(difference.first.text),
        ]
      }, isSortable: true)
  }

  private static func code(_ text: String) -> HTMLDocument.Cell {
    .init(markup: "<code>\(Markup.escaped(UnitList.safe(text, width: 400)))</code>")
  }

  private static let notes = """
    <h2>How to read this</h2>
    <p>A compressor that predicts each byte pays for surprise: what it held for certain costs next to
    nothing, what it held for one chance in a thousand costs ten bits. The sum over all bytes is the size
    of the archive, but for headers. A code that stands for a whole word is paid by all its letters
    equally. What a part saved is what the code got shorter because of what it said, in the mix of all
    parts; alone is what the code would take if there was nothing else. docs/explain.md has the
    definitions.</p>
    """

  private static let style = """
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
    dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
    code { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
    .note { color: var(--soft); }
    .bar { display: inline-block; height: .7rem; background: #0072B2; min-width: 1px; }
    .tree, .tree ul { list-style: none; padding-left: 1.2rem; } .tree summary { cursor: pointer; }

    """
}
