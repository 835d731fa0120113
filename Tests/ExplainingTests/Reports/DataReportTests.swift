import Explaining
import Testing

@Suite struct DataReportTests {
  private func text(
    _ format: DataReport.Format, _ explanations: [Explanation], by unit: TextUnit, top: Int? = nil
  ) throws -> String {
    var text = ""
    try DataReport(format, by: unit, top: top).write(explanations) { text += $0 }
    return text
  }

  @Test func csvHasALineForEachUnit() throws {
    let explanation = Samples.explanation("a, \"b\"\nc\n") { _, _ in 0.25 }
    #expect(
      try text(.csv, [explanation], by: .line) == """
        offset,bytes,line,bits,text\r
        0,7,1,1.7500,"a, ""b\"""\r
        7,2,2,0.5000,c\r

        """)
    #expect(
      try text(.csv, [explanation, explanation], by: .line, top: 1) == """
        file,offset,bytes,line,bits,text\r
        sample,0,7,1,1.7500,"a, ""b\"""\r
        sample,0,7,1,1.7500,"a, ""b\"""\r

        """)
    #expect(
      try text(.csv, [Samples.explanation("é")], by: .byte)
        == "offset,line,byte,bits\r\n0,1,195,2.0000\r\n1,1,169,2.0000\r\n")
  }

  @Test(arguments: TextUnit.allCases)
  func jsonIsWellFormed(unit: TextUnit) throws {
    for text in [Samples.hostile, Samples.json, Samples.csv, ""] {
      let json = try self.text(.json, [Samples.explanation(text, name: "a \"b\"\n")], by: unit)
      #expect(isJSON(json), "\(json.prefix(500))")
      #expect(json.contains("\"bytes\":\(text.utf8.count)"))
    }
    let both = try text(.json, [Samples.explanation("a"), Samples.explanation("b")], by: unit)
    #expect(both.hasPrefix("[{") && both.hasSuffix("}]\n") && isJSON(both))
  }
}

/// Whether a text is one value of JSON.
func isJSON(_ text: String) -> Bool {
  var rest = Array(text.unicodeScalars)[...]
  func skip() { rest = rest.drop { " \n\r\t".unicodeScalars.contains($0) } }
  func string() -> Bool {
    guard rest.first == "\"" else { return false }
    rest.removeFirst()
    while let scalar = rest.popFirst() {
      if scalar == "\"" { return true }
      if scalar.value < 32 { return false }
      if scalar == "\\" {
        guard let next = rest.popFirst(), "\"\\/bfnrtu".unicodeScalars.contains(next) else {
          return false
        }
        if next == "u" {
          guard rest.prefix(4).count == 4, rest.prefix(4).allSatisfy({ $0.properties.isHexDigit })
          else { return false }
          rest.removeFirst(4)
        }
      }
    }
    return false
  }
  func list(until end: Unicode.Scalar, element: () -> Bool) -> Bool {
    rest.removeFirst()
    skip()
    if rest.first == end {
      rest.removeFirst()
      return true
    }
    while element() {
      skip()
      guard let next = rest.popFirst() else { return false }
      if next == end { return true }
      guard next == "," else { return false }
      skip()
    }
    return false
  }
  func value() -> Bool {
    skip()
    switch rest.first {
    case "{":
      return list(until: "}") {
        guard string() else { return false }
        skip()
        return rest.popFirst() == ":" && value()
      }
    case "[": return list(until: "]", element: value)
    case "\"": return string()
    default:
      let word = rest.prefix { !",]} \n".unicodeScalars.contains($0) }
      rest = rest.dropFirst(word.count)
      var text = String.UnicodeScalarView()
      text.append(contentsOf: word)
      return ["true", "false", "null"].contains(String(text)) || Double(String(text)) != nil
    }
  }
  guard value() else { return false }
  skip()
  return rest.isEmpty
}
