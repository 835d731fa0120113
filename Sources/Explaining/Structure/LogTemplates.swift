/// Finds what lines of a log have in common: words that are the same in many, and values between them.
enum LogTemplates {
  /// What stands for a value in a template.
  static let hole = "<*>"
  private static let sampledLines = 1000
  private static let fewestLines = 10
  /// So many words of a line are looked at; the rest is one value.
  private static let mostTokens = 48

  /// Whether most lines have numbers in them, and few templates do for most of them.
  static func isLikely(_ sample: [UInt8]) -> Bool {
    let lines = sample.split(separator: 10).dropLast().prefix(sampledLines)
    guard lines.count >= fewestLines else { return false }
    var templates: Set<String> = []
    var withNumbers = 0
    for line in lines {
      let tokens = tokens(of: line)
      let holes = tokens.count(where: \.isValue)
      // A line with nothing but values has no template.
      if holes > 0 && holes < tokens.count { withNumbers += 1 }
      templates.insert(template(of: tokens, in: line))
    }
    return withNumbers * 10 >= lines.count * 7 && templates.count * 2 <= lines.count
  }

  struct Token {
    /// With the blanks behind it.
    var range: Range<Int>
    var isValue: Bool
  }

  /// Runs without blanks. Those with a digit, or in quotes, are values.
  static func tokens(of line: ArraySlice<UInt8>) -> [Token] {
    var tokens: [Token] = []
    var next = line.startIndex
    while next < line.endIndex {
      let start = next
      if tokens.count == mostTokens {
        tokens.append(Token(range: start..<line.endIndex, isValue: true))
        break
      }
      var isValue = false
      if line[next] == UInt8(ascii: "\""),
        let end = line[(next + 1)...].firstIndex(of: UInt8(ascii: "\""))
      {
        (isValue, next) = (true, end + 1)
      }
      while next < line.endIndex, !isBlank(line[next]) {
        if 0x30...0x39 ~= line[next] { isValue = true }
        next += 1
        // `pid=17` is a name and a value.
        if line[next - 1] == UInt8(ascii: "="), next < line.endIndex, !isValue { break }
      }
      while next < line.endIndex, isBlank(line[next]) { next += 1 }
      tokens.append(Token(range: start..<next, isValue: isValue))
    }
    return tokens
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || 9...13 ~= byte }

  /// Holes that follow each other are one.
  static func template(of tokens: [Token], in line: ArraySlice<UInt8>) -> String {
    var words: [String] = []
    for token in tokens {
      if token.isValue {
        if words.last != hole { words.append(hole) }
      } else {
        let word = line[token.range].reversed().drop(while: isBlank).reversed()
        words.append(String(decoding: word, as: UTF8.self))
      }
    }
    return words.joined(separator: " ")
  }

  static func fields(of bytes: [UInt8], body: (TextStructure.Field) -> Void) {
    Pieces.lines(bytes) { range in
      let line = bytes[range]
      let tokens = tokens(of: line)
      let template = template(of: tokens, in: line)
      var number = 0
      var last = false
      for token in tokens {
        if token.isValue && !last { number += 1 }
        last = token.isValue
        body(
          TextStructure.Field(
            range: token.range,
            path: [template, token.isValue ? "\(hole) no. \(number)" : "(the words)"],
            isValue: token.isValue))
      }
    }
  }
}
