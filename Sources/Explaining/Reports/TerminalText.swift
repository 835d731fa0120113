import Plotting

/// Text with its costs, for a terminal or a file.
package struct TerminalText {
  package enum Style: Sendable {
    /// No colours: under each line that cost something, marks.
    case marks
    case colors256
    case trueColor
  }

  private let style: Style
  private let unit: TextUnit
  /// Columns that a line of marks may take.
  private let width: Int

  /// - Parameter unit: what has one colour: characters, words or lines.
  package init(_ style: Style, by unit: TextUnit, width: Int = 100) {
    self.style = style
    self.unit = unit
    self.width = max(width, 20)
  }

  /// The text, passage after passage.
  package func write(_ explanation: Explanation, to write: (String) throws -> Void) throws {
    let scale = explanation.scale(unit)
    for passage in explanation.passages {
      if explanation.passages.count > 1 || passage.offset > 0 {
        let first = Summary.grouped(passage.offset)
        let last = Summary.grouped(passage.offset + passage.bytes.count)
        try write("--- bytes \(first) to \(last) ---\n")
      }
      var failure: (any Error)?
      Pieces.lines(passage.bytes) { range in
        guard failure == nil else { return }
        do { try write(line(range, of: passage, scale)) } catch { failure = error }
      }
      if let failure { throw failure }
    }
  }

  /// What the colours or marks mean.
  package func legend(_ explanation: Explanation) -> String {
    let scale = explanation.scale(unit)
    let what = unit == .byte ? "bits a character" : "bits a byte"
    let parts = (0..<CostScale.count).map { level in
      let label = scale.label(level)
      return style == .marks
        ? "'\(CostScale.marks[level])' \(label)" : colored(" \(label) ", level)
    }
    return what + ": " + parts.joined(separator: style == .marks ? ", " : " ")
  }

  /// A character with its class.
  private struct Cell {
    var text: String
    var width: Int
    var level: Int
  }

  private func line(
    _ range: Range<Int>, of passage: Explanation.Passage, _ scale: CostScale
  ) -> String {
    var end = range.upperBound
    if passage.bytes[end - 1] == 10 { end -= 1 }
    if end > range.lowerBound, passage.bytes[end - 1] == 13 { end -= 1 }
    let cells = cells(range.lowerBound..<end, whole: range, of: passage, scale)
    return style == .marks ? marked(cells) : painted(cells)
  }

  private func cells(
    _ range: Range<Int>, whole: Range<Int>, of passage: Explanation.Passage, _ scale: CostScale
  ) -> [Cell] {
    var cells: [Cell] = []
    func add(_ piece: Range<Int>, level: Int?) {
      Pieces.characters(passage.bytes[piece]) { character, scalar in
        let text = Self.visible(scalar)
        cells.append(
          Cell(
            text: text.text, width: text.width,
            level: level ?? scale.level(Cost.bits(passage.cost(of: character)))))
      }
    }
    func mean(_ piece: Range<Int>) -> Double {
      Cost.bits(passage.cost(of: piece)) / Double(max(piece.count, 1))
    }
    switch unit {
    case .byte: add(range, level: nil)
    case .word, .field:
      Pieces.words(passage.bytes[range]) { add($0.range, level: scale.level(mean($0.range))) }
    case .line: add(range, level: scale.level(mean(whole)))
    }
    return cells
  }

  /// What a terminal shows of a character, and nothing that it would obey.
  private static func visible(
    _ scalar: Unicode.Scalar?
  ) -> (text: String, width: Int) {
    guard let scalar else { return ("\u{FFFD}", 1) }
    if scalar == "\t" { return ("    ", 4) }
    if scalar.value < 32 { return ("^" + String(Unicode.Scalar(UInt8(scalar.value + 64))), 2) }
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return ("\u{FFFD}", 1)
    // What changes the direction of what follows, or cannot be seen.
    case .format: return ("\u{FFFD}", 1)
    case .nonspacingMark, .enclosingMark: return (String(scalar), 0)
    default: return (String(scalar), isWide(scalar) ? 2 : 1)
    }
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  private func painted(_ cells: [Cell]) -> String {
    var text = ""
    var next = 0
    while next < cells.count {
      let level = cells[next].level
      var run = ""
      while next < cells.count, cells[next].level == level || cells[next].width == 0 {
        run += cells[next].text
        next += 1
      }
      text += colored(run, level)
    }
    return text + "\n"
  }

  /// Both colours are said, so that it is legible on any background; what is cheap is left as it is.
  private func colored(_ text: String, _ level: Int) -> String {
    if level == 0 { return text }
    switch style {
    case .marks: return text
    case .colors256:
      let (back, ink) = CostScale.terminalColors[level]
      return "\u{1B}[48;5;\(back);38;5;\(ink)m\(text)\u{1B}[0m"
    case .trueColor:
      func parts(_ color: UInt32) -> String { "\(color >> 16);\(color >> 8 & 255);\(color & 255)" }
      let (back, ink) = CostScale.colors[level]
      return "\u{1B}[48;2;\(parts(back));38;2;\(parts(ink))m\(text)\u{1B}[0m"
    }
  }

  /// Lines as wide as the terminal, each with its marks beneath.
  private func marked(_ cells: [Cell]) -> String {
    var result = ""
    var next = 0
    repeat {
      var (text, marks, used) = ("", "", 0)
      while next < cells.count, used + cells[next].width <= width {
        let cell = cells[next]
        text += cell.text
        marks += String(repeating: CostScale.marks[cell.level], count: cell.width)
        used += cell.width
        next += 1
      }
      result += text + "\n"
      let end = marks.reversed().drop { $0 == " " }.count
      if end > 0 { result += marks.prefix(end) + "\n" }
    } while next < cells.count
    return result
  }
}
