/// What a line is searched for.
///
/// The expression is tried where the bytes that it requires are. Lines that are no UTF-8 are
/// searched as if each wrong sequence of bytes were U+FFFD.
struct LinePattern {
  /// Nil if there are no bytes that are in every match.
  let required: ByteFinder?
  /// Nil if the required bytes are all that is searched for.
  private let expression: Regex<AnyRegexOutput>?

  /// - Throws: `UsageError` if it is no regular expression, or not of one line.
  init(argument: String, isFixed: Bool, ignoresCase: Bool) throws {
    let bytes = ArgumentBytes.bytes(of: argument)
    guard !bytes.contains(UInt8(ascii: "\n")) else {
      throw UsageError("the pattern has more than one line")
    }
    if isFixed, !ignoresCase {
      required = ByteFinder(bytes, ignoresCase: false)
      expression = nil
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UsageError("the pattern is no UTF-8; -F without -i takes any bytes")
    }
    let expression = try Self.expression(text, isFixed: isFixed)
    let literal = RequiredLiteral(of: text, isFixed: isFixed, ignoresCase: ignoresCase)
    required = ByteFinder(Array(literal.text.utf8), ignoresCase: ignoresCase)
    self.expression =
      literal.isWhole
      ? nil : expression.matchingSemantics(.unicodeScalar).ignoresCase(ignoresCase)
  }

  private static func expression(_ text: String, isFixed: Bool) throws -> Regex<AnyRegexOutput> {
    if isFixed { return Regex<AnyRegexOutput>(verbatim: text) }
    do {
      return try Regex(text)
    } catch {
      throw UsageError("the pattern is no regular expression: \(error)")
    }
  }

  /// - Parameter line: without what ends it.
  func matches(_ line: UnsafeRawBufferPointer) throws -> Bool {
    if let required, required.firstIndex(in: line) == nil { return false }
    guard let expression else { return true }
    return try expression.firstMatch(in: String(decoding: line, as: UTF8.self)) != nil
  }
}
