/// Text in rows of columns with a separator between them (RFC 4180, and its relatives).
package struct ColumnedText: Sendable, Equatable {
  private let separator: UInt8
  /// By column.
  private let names: [String]

  private static let separators = Array(",;\t|".utf8)
  private static let quote = UInt8(ascii: "\"")
  private static let sampledRows = 100

  /// nil unless rows have the same number of columns, two at least.
  init?(of sample: [UInt8]) {
    for separator in Self.separators {
      var rows: [Int] = []
      var columns = 0
      var head: [Range<Int>] = []
      Self.cells(of: sample, separator: separator) { range, column, isLast in
        guard rows.count < Self.sampledRows else { return }
        if rows.isEmpty { head.append(range) }
        columns = column + 1
        if isLast { rows.append(columns) }
      }
      // The sample may end within a row.
      if rows.count > 2 { rows.removeLast() }
      guard let first = rows.first, first > 1, rows.count > 1,
        rows.count(where: { $0 == first }) * 20 >= rows.count * 19
      else { continue }
      self.separator = separator
      let titles = head.map { Self.value(sample[$0], separator: separator) }
      // Numbers are no names.
      let areNames = titles.allSatisfy { $0.first.map { !$0.isNumber && $0 != "-" } ?? false }
      names = titles.enumerated().map { areNames ? $1 : "column \($0 + 1)" }
      return
    }
    return nil
  }

  var name: String {
    switch separator {
    case UInt8(ascii: "\t"): "table with tabs"
    default: "CSV"
    }
  }

  func fields(of bytes: [UInt8], body: (TextStructure.Field) -> Void) {
    Self.cells(of: bytes, separator: separator) { range, column, _ in
      let name = column < names.count ? names[column] : "column \(column + 1)"
      body(TextStructure.Field(range: range, path: [name]))
    }
  }

  /// Goes through cells with the separators or ends of rows behind them.
  private static func cells(
    of bytes: [UInt8], separator: UInt8,
    body: (_ range: Range<Int>, _ column: Int, _ isLast: Bool) -> Void
  ) {
    var (start, column, isQuoted) = (0, 0, false)
    for index in bytes.indices {
      let byte = bytes[index]
      // A quote that opens nothing is a character of an unquoted cell.
      if byte == quote && (isQuoted || index == start) { isQuoted.toggle() }
      else if byte == quote && index > start && bytes[index - 1] == quote { isQuoted = true }
      guard !isQuoted, byte == separator || byte == 10 else { continue }
      body(start..<index + 1, column, byte == 10)
      (start, column) = (index + 1, byte == 10 ? 0 : column + 1)
    }
    if start < bytes.count { body(start..<bytes.count, column, true) }
  }

  private static func value(_ cell: ArraySlice<UInt8>, separator: UInt8) -> String {
    var cell = cell
    while let last = cell.last, last == 10 || last == 13 || last == separator { cell.removeLast() }
    if cell.count >= 2, cell.first == quote, cell.last == quote {
      cell = cell.dropFirst().dropLast()
    }
    return String(decoding: cell, as: UTF8.self)
  }
}
