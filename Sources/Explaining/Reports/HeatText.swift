import Plotting

/// Text with its costs in HTML: one markup, of which a choice on the page colours the characters, the
/// words or the lines.
///
/// `<i>` is a line, `<u>` a word and `<b>` a run of characters, each with the class of its cost.
struct HeatText {
  private let characters, words, lines: CostScale

  init(_ explanation: Explanation) {
    characters = explanation.scale(.byte)
    words = explanation.scale(.word)
    lines = explanation.scale(.line)
  }

  /// What is chosen, by the names of the elements.
  private static let choices: [(element: String, id: String, label: String)] = [
    ("b", "by-character", "characters"), ("u", "by-word", "words"), ("i", "by-line", "lines"),
  ]

  private func scale(_ element: String) -> CostScale {
    switch element {
    case "b": characters
    case "u": words
    default: lines
    }
  }

  /// The choice, the legends, and the text of some ranges.
  func markup(
    of explanation: Explanation, _ ranges: [(passage: Int, range: Range<Int>)]
  ) -> String {
    var parts = ["<div class=\"heat\">", "<fieldset><legend>Colour</legend>"]
    parts += Self.choices.enumerated().map { number, choice in
      "<label><input type=\"radio\" name=\"by\" id=\"\(choice.id)\""
        + "\(number == 0 ? " checked" : "")> \(choice.label)</label>"
    }
    parts.append("</fieldset>")
    for choice in Self.choices {
      let what = choice.element == "b" ? "bits a character" : "bits a byte"
      let keys = (0..<CostScale.count).map { level in
        "<span class=\"k\(level)\">\(Markup.escaped(scale(choice.element).label(level)))</span>"
      }
      parts.append("<p class=\"legend \(choice.id)\">\(what): \(keys.joined(separator: " "))</p>")
    }
    for (number, range) in ranges {
      let passage = explanation.passages[number]
      let first = passage.offset + range.lowerBound
      if ranges.count > 1 || first > 0 || range.count < passage.bytes.count {
        parts.append(
          "<h3>Bytes \(Summary.grouped(first)) to "
            + "\(Summary.grouped(passage.offset + range.upperBound))</h3>")
      }
      parts.append("<pre tabindex=\"0\" dir=\"auto\">\(text(range, of: passage))</pre>")
    }
    parts.append("</div>")
    return parts.joined(separator: "\n")
  }

  private func text(_ range: Range<Int>, of passage: Explanation.Passage) -> String {
    var result = ""
    Pieces.lines(Array(passage.bytes[range])) { line in
      let line = line.lowerBound + range.lowerBound..<line.upperBound + range.lowerBound
      let level = lines.level(mean(line, of: passage))
      result += "<i class=c\(level)>"
      Pieces.words(passage.bytes[line]) { word in
        add(word, of: passage, to: &result)
      }
      result += "</i>"
    }
    return result
  }

  private func mean(_ range: Range<Int>, of passage: Explanation.Passage) -> Double {
    Cost.bits(passage.cost(of: range)) / Double(max(range.count, 1))
  }

  private func add(_ word: Piece, of passage: Explanation.Passage, to result: inout String) {
    let cost = Cost.bits(passage.cost(of: word.range))
    let level = words.level(cost / Double(word.range.count))
    // What a word costs is said where somebody points at it.
    let title = word.isWord ? " title=\"\(DecimalText.fixed(cost, 1)) bits\"" : ""
    let isMarked = level > 0 || word.isWord
    if isMarked { result += "<u class=c\(level)\(title)>" }
    var run = ""
    var runLevel = 0
    func finish() {
      if run.isEmpty { return }
      result += runLevel > 0 ? "<b class=c\(runLevel)>\(run)</b>" : run
      run = ""
    }
    Pieces.characters(passage.bytes[word.range]) { range, scalar in
      let level = characters.level(Cost.bits(passage.cost(of: range)))
      if level != runLevel { finish() }
      runLevel = level
      run += Self.escaped(scalar)
    }
    finish()
    if isMarked { result += "</u>" }
  }

  private static func escaped(_ scalar: Unicode.Scalar?) -> String {
    guard let scalar, scalar != "\r" else { return scalar == nil ? "\u{FFFD}" : "" }
    // What changes the direction of what follows would change the page.
    if case 0x202A...0x202E = scalar.value { return "\u{FFFD}" }
    if case 0x2066...0x2069 = scalar.value { return "\u{FFFD}" }
    return Markup.escaped(String(scalar))
  }

  /// Rules of CSS.
  static var style: String {
    func hex(_ color: UInt32) -> String {
      let digits = String(color, radix: 16)
      return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
    func colors(_ level: Int) -> String {
      let (back, ink) = CostScale.colors[level]
      return "{background:\(hex(back));color:\(hex(ink))}"
    }
    var rules = [
      ".heat pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);"
        + "padding:.6rem;max-height:36rem;overflow-y:auto;font:14px/1.6 ui-monospace,monospace}",
      ".heat i,.heat u,.heat b{font:inherit;text-decoration:none}",
      ".heat fieldset{border:1px solid var(--line);display:inline-block}",
      ".heat label{margin-right:1rem}", ".legend{display:none}",
      ".legend span{padding:.1rem .4rem;border:1px solid var(--line);white-space:nowrap}",
    ]
    rules += (1..<CostScale.count).map { ".k\($0)\(colors($0))" }
    for choice in choices {
      rules.append(".heat:has(#\(choice.id):checked) .\(choice.id){display:block}")
      rules += (1..<CostScale.count).map { level in
        ".heat:has(#\(choice.id):checked) \(choice.element).c\(level)\(colors(level))"
      }
    }
    return rules.joined(separator: "\n") + "\n"
  }
}
