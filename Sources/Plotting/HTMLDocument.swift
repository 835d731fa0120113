/// A page in HTML that is whole in itself: it asks for nothing from anywhere, and what it says can be
/// read without its script.
public struct HTMLDocument {
  private let title: String
  private let style: String
  private let script: String
  private var parts: [String] = []

  /// - Parameters:
  ///   - title: as text.
  ///   - style: rules of CSS that come after those that all pages have.
  ///   - script: what makes the page handier; may be empty.
  public init(title: String, style: String = "", script: String = "") {
    self.title = title
    self.style = style
    self.script = script
  }

  /// Adds markup.
  public mutating func add(_ markup: String) { parts.append(markup) }

  /// Adds a table.
  ///
  /// - Parameters:
  ///   - caption: as text.
  ///   - columns: as text; those that are numbers stand flush right.
  ///   - rows: markup of cells, as many as there are columns; the first is the row's heading.
  ///   - isSortable: whether a click on a column's heading sorts the rows (with script only).
  public mutating func addTable(
    caption: String, columns: [Column], rows: [[Cell]], isSortable: Bool = false
  ) {
    let caption = Markup.escaped(caption)
    var lines = ["<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(caption)\">"]
    lines.append("<table\(isSortable ? " class=\"sortable\"" : "")>")
    lines.append("<caption>\(caption)</caption>")
    let heads = columns.map { column in
      let kind = column.isNumber ? " class=\"n\"" : ""
      return "<th scope=\"col\"\(kind)>\(Markup.escaped(column.title))</th>"
    }
    lines.append("<thead><tr>\(heads.joined())</tr></thead>")
    lines.append("<tbody>")
    for row in rows {
      let cells = zip(row, columns).enumerated().map { index, cell in
        let (value, column) = cell
        let order = value.order.map { " data-v=\"\($0)\"" } ?? ""
        let kind = column.isNumber ? " class=\"n\"" : ""
        return index == 0
          ? "<th scope=\"row\"\(kind)\(order)>\(value.markup)</th>"
          : "<td\(kind)\(order)>\(value.markup)</td>"
      }
      lines.append("<tr>\(cells.joined())</tr>")
    }
    lines.append("</tbody></table></div>")
    add(lines.joined(separator: "\n"))
  }

  public struct Column: Sendable {
    public var title: String
    public var isNumber: Bool

    public static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    public static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  public struct Cell: Sendable {
    public var markup: String
    /// By what rows are sorted, where that is not what the cell shows.
    public var order: Double?

    public init(markup: String, order: Double? = nil) {
      self.markup = markup
      self.order = order
    }

    public static func text(_ text: some StringProtocol, order: Double? = nil) -> Cell {
      Cell(markup: Markup.escaped(text), order: order)
    }
  }

  /// The whole page.
  public var text: String {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
      + "img-src data:; base-uri 'none'; form-action 'none'"
    let head = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
      "<title>\(Markup.escaped(title))</title>", "<style>\(Self.commonStyle)\(style)</style>",
      "</head>", "<body>", "<main>",
    ]
    let scripts = [Self.sorting, script].filter { !$0.isEmpty }.map { "<script>\($0)</script>" }
    return (head + parts + ["</main>"] + scripts + ["</body>", "</html>"])
      .joined(separator: "\n") + "\n"
  }

  private static let commonStyle = """

    :root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #595959; \
    --line: #d0d0d0; --band: #f4f4f4; --link: #0059a8; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8e8e8; --paper: #161616; --soft: #b0b0b0; --line: #444; --band: #222; \
    --link: #7cc0ff; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); \
    font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.6rem; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
    p.note, caption, figcaption { color: var(--soft); }
    a { color: var(--link); }
    caption { text-align: left; padding: .3rem 0; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: left; \
    vertical-align: top; }
    thead th { border-bottom: 2px solid var(--line); }
    tbody th { font-weight: normal; }
    tbody tr:hover { background: var(--band); }
    .n { text-align: right; white-space: nowrap; }
    .wide { overflow-x: auto; margin: 1rem 0; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    figure { margin: 1rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
    th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; \
    cursor: pointer; text-decoration: underline dotted; }
    @media print { .wide, figure { overflow: visible; } }

    """

  /// Tables of class `sortable` get buttons in their headings.
  private static let sorting = """

    for (const table of document.querySelectorAll('table.sortable')) {
      const heads = [...table.tHead.rows[0].cells];
      heads.forEach((head, column) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = head.textContent;
        head.replaceChildren(button);
        button.addEventListener('click', () => {
          const up = head.getAttribute('aria-sort') !== 'ascending';
          for (const other of heads) other.removeAttribute('aria-sort');
          head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
          const value = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
          const compare = (a, b) => {
            const [x, y] = [value(a), value(b)];
            const [p, q] = [parseFloat(x), parseFloat(y)];
            if (isNaN(p) !== isNaN(q)) return isNaN(p) ? 1 : -1;
            return (isNaN(p) ? x.localeCompare(y) : p - q) * (up ? 1 : -1);
          };
          const body = table.tBodies[0];
          body.append(...[...body.rows].sort(compare));
        });
      });
    }

    """
}
