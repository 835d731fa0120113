/// Text that everything a regular expression matches contains: the longest run of plain characters
/// in it that are neither optional nor in a group.
///
/// Bytes are searched a thousand times faster than an expression is tried. What is not understood
/// here for certain leads to no literal, and never to a wrong one.
package struct RequiredLiteral: Equatable {
  /// Empty if nothing is known.
  package private(set) var text = ""
  /// Whether the expression matches wherever the text is.
  package private(set) var isWhole = true

  private let ignoresCase: Bool
  private var run = ""

  /// - Parameters:
  ///   - pattern: a regular expression that is correct.
  ///   - isFixed: it is no expression, but the text itself.
  package init(of pattern: String, isFixed: Bool = false, ignoresCase: Bool = false) {
    self.ignoresCase = ignoresCase
    if isFixed {
      for character in pattern { append(character) }
    } else if !read(pattern[...]) {
      (text, run, isWhole) = ("", "", false)
    }
    endRun()
  }

  /// - Returns: whether all of it was understood.
  private mutating func read(_ pattern: Substring) -> Bool {
    var rest = pattern
    var depth = 0
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let escaped = rest.popFirst(), escaped.isASCII else { return false }
        if escaped.isLetter || escaped.isNumber {
          guard Self.classEscapes.contains(escaped) else { return false }
          breakRun()
        } else if depth == 0 {
          append(escaped)
        }
      case "[":
        breakRun()
        guard Self.skipClass(&rest) else { return false }
      case "(":
        breakRun()
        guard !rest.hasPrefix("*"), !rest.hasPrefix("?") || rest.hasPrefix("?:") else {
          return false
        }
        if rest.hasPrefix("?:") { rest.removeFirst(2) }
        depth += 1
      case ")":
        depth -= 1
        guard depth >= 0 else { return false }
      case "|":
        guard depth > 0 else { return false }
      case "*", "?":
        makeLastOptional()
      case "{":
        makeLastOptional()
        guard let end = rest.firstIndex(of: "}"),
          rest[..<end].allSatisfy({ ("0"..."9").contains($0) || $0 == "," })
        else { return false }
        rest = rest[rest.index(after: end)...]
      case ".", "^", "$", "+":
        breakRun()
      default:
        if depth == 0 { append(character) }
      }
    }
    return depth == 0
  }

  /// Classes of characters, single control characters, and places.
  private static let classEscapes = Set<Character>("dDwWsShHvVbBAzZtnrfe")

  /// Up to the bracket that ends it. Not those in which others are nested.
  private static func skipClass(_ rest: inout Substring) -> Bool {
    if rest.first == "^" { rest.removeFirst() }
    guard rest.first != "]" else { return false }
    while let character = rest.popFirst() {
      switch character {
      case "]": return true
      case "[": return false
      case "\\":
        guard let escaped = rest.popFirst(), escaped != "Q" else { return false }
      default: break
      }
    }
    return false
  }

  private mutating func append(_ character: Character) {
    guard isLikeItsBytes(character) else { return breakRun() }
    run.append(character)
  }

  /// Whether text matches this character where its bytes are the same, up to the case of letters of
  /// ASCII, and nowhere else.
  private func isLikeItsBytes(_ character: Character) -> Bool {
    // Bytes that are no UTF-8 are read as this one.
    if character.unicodeScalars.contains("\u{FFFD}") { return false }
    // The Kelvin sign is a K, too, and there is a long s.
    return !ignoresCase || character.isASCII && !"kKsS".contains(character)
  }

  private mutating func makeLastOptional() {
    if !run.isEmpty { run.removeLast() }
    breakRun()
  }

  /// Something other than plain characters follows.
  private mutating func breakRun() {
    isWhole = false
    endRun()
  }

  private mutating func endRun() {
    if run.utf8.count > text.utf8.count { text = run }
    run = ""
  }
}
