import Explaining
import Testing

@Suite struct TerminalTextTests {
  private func text(
    _ style: TerminalText.Style, _ explanation: Explanation, by unit: TextUnit = .byte,
    width: Int = 80
  ) throws -> String {
    var text = ""
    try TerminalText(style, by: unit, width: width).write(explanation) { text += $0 }
    return text
  }

  @Test func cheapTextIsLeftAloneAndDearTextHasBothColours() throws {
    let explanation = Samples.explanation("cheap x\n") { place, _ in place == 6 ? 12 : 0.1 }
    #expect(
      try text(.trueColor, explanation)
        == "cheap \u{1B}[48;2;94;26;74;38;2;255;255;255mx\u{1B}[0m\n")
    #expect(try text(.colors256, explanation) == "cheap \u{1B}[48;5;53;38;5;231mx\u{1B}[0m\n")
    #expect(try text(.marks, explanation) == "cheap x\n      #\n")
  }

  @Test func marksStandUnderWhatTheyMean() throws {
    let explanation = Samples.explanation("a世b\tc\n") { _, byte in byte == 0x63 ? 5 : byte > 127 ? 1 : 0 }
    // A wide character has three bytes and two columns, a tab four.
    #expect(try text(.marks, explanation) == "a世b    c\n ==     +\n")
    let long = Samples.explanation(String(repeating: "abcdefghij", count: 5)) { _, _ in 2 }
    #expect(
      try text(.marks, long, width: 30)
        == "abcdefghijabcdefghijabcdefghij\n" + String(repeating: "-", count: 30) + "\n"
        + "abcdefghijabcdefghij\n" + String(repeating: "-", count: 20) + "\n")
  }

  @Test func nothingInTheTextCommandsTheTerminal() throws {
    for style in [TerminalText.Style.marks, .colors256, .trueColor] {
      let shown = try text(style, Samples.explanation(Samples.hostile) { _, _ in 0 })
      #expect(!shown.contains("\u{1B}") && !shown.contains("\u{7}") && !shown.contains("\u{202E}"))
      #expect(shown.contains("^[[31mred^G"))
    }
    let invalid = try text(.marks, Samples.explanation([0xFF, 0x41, 0xC3, 0x0A]) { _, _ in 0 })
    #expect(invalid == "\u{FFFD}A\u{FFFD}\n")
  }

  @Test func wordsAndLinesHaveOneColour() throws {
    let explanation = Samples.explanation("ab cd\n") { place, _ in place == 0 ? 8 : 0 }
    #expect(try text(.marks, explanation, by: .word) == "ab cd\n==\n")
    let lines = Samples.explanation("ab\ncd\n") { place, _ in place < 3 ? 4 : 0 }
    #expect(try text(.marks, lines, by: .line).split(separator: "\n").count == 3)
  }

  @Test func legendsSayWhatTheyMean() {
    let explanation = Samples.explanation("a")
    let legend = TerminalText(.marks, by: .byte).legend(explanation)
    #expect(legend.hasPrefix("bits a character: ' ' below 0.5, '.' 0.5 to 1"))
    #expect(legend.hasSuffix("'#' 9 and more"))
    #expect(CostScale.absolute.level(0.49) == 0 && CostScale.absolute.level(9) == 7)
    // Where characters are many, each costs more.
    #expect(CostScale.characters(mean: 2).bounds == CostScale.absolute.bounds)
    #expect(CostScale.characters(mean: 8).bounds.first == 1.5)
  }

  /// By how light they are: the next class is always clearly darker, and text on it is legible.
  @Test func coloursAreToldApartAndLegible() {
    func light(_ color: UInt32) -> Double {
      func linear(_ part: UInt32) -> Double {
        let value = Double(part & 255) / 255
        return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055)
      }
      return 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8) + 0.0722 * linear(color)
    }
    /// x^2.4, near enough.
    func power(_ x: Double) -> Double { x * x * (x.squareRoot() * 0.8 + 0.2 * x) }
    let colors = CostScale.colors
    #expect(colors.count == CostScale.count && CostScale.terminalColors.count == CostScale.count)
    for (number, (back, ink)) in colors.enumerated() {
      let (a, b) = (light(back), light(ink))
      #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) > 4.5, "\(number)")
      if number > 0 { #expect((light(colors[number - 1].back) + 0.05) / (a + 0.05) > 1.1) }
    }
  }
}
