/// What text is made of, where it has fields.
package enum TextStructure: Sendable, Equatable {
  /// Rows of columns.
  case columns(ColumnedText)
  /// Documents of JSON, one a line or over many.
  case json
  /// Lines that follow a few templates.
  case log

  /// A part of such text.
  package struct Field: Equatable {
    /// With what separates it from the next; all fields of a text cover it.
    package var range: Range<Int>
    /// What it is called, from the whole to the part.
    package var path: [String]
    /// Whether it is a value, and not what holds values together.
    package var isValue = true
  }

  /// What the text looks like by its beginning; nil if it is just text.
  package init?(of bytes: [UInt8]) {
    let sample = Array(bytes.prefix(Self.sampledBytes))
    if TextKind.isBinary(sample) { return nil }
    if JSONText.isLikely(sample) {
      self = .json
    } else if let columns = ColumnedText(of: sample) {
      self = .columns(columns)
    } else if LogTemplates.isLikely(sample) {
      self = .log
    } else {
      return nil
    }
  }

  private static let sampledBytes = 1 << 18

  /// In words.
  package var name: String {
    switch self {
    case .columns(let text): text.name
    case .json: "JSON"
    case .log: "log"
    }
  }

  /// What a level of the tree of costs is called.
  package var partName: String {
    switch self {
    case .columns: "column"
    case .json: "key"
    case .log: "template"
    }
  }

  /// What people call a field.
  func fieldName(_ path: [String]) -> String {
    path.joined(separator: self == .log ? " / " : ".")
  }

  /// Goes through all fields of a text, in order.
  func fields(of bytes: [UInt8], body: (Field) -> Void) {
    switch self {
    case .columns(let text): text.fields(of: bytes, body: body)
    case .json: JSONText.fields(of: bytes, body: body)
    case .log: LogTemplates.fields(of: bytes, body: body)
    }
  }
}
