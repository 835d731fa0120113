import Platform

/// What is searched for, and what is said about it.
struct SearchSettings {
  enum Report {
    case lines, counts, names
  }

  var pattern: LinePattern
  /// Select the lines that do not match.
  var isInverted = false
  var report = Report.lines
  var showsNumbers = false
  var showsNames = false
  /// The most lines that are selected of an input.
  var limit = Int.max
}

/// The search of one input.
final class LineSearch {
  private let settings: SearchSettings
  /// As the input's name is printed.
  private let name: [UInt8]
  private let output: FileSink
  private var buffer: [UInt8] = []
  /// Lines before what comes next.
  private var lineCount = 0
  private(set) var selectedCount = 0

  private static let bufferSize = 1 << 16

  init(_ settings: SearchSettings, name: [UInt8], output: FileSink) {
    self.settings = settings
    self.name = name
    self.output = output
  }

  /// Whether more lines would change nothing.
  var isDone: Bool {
    selectedCount >= settings.limit || (settings.report == .names && selectedCount > 0)
  }

  /// Searches whole lines.
  /// - Throws: `EnoughRead` once no more are wanted, or what writing throws.
  func search(_ lines: UnsafeRawBufferPointer) throws {
    var position = 0
    while position < lines.count {
      var hit = position
      if !settings.isInverted, let required = settings.pattern.required {
        guard let found = required.firstIndex(in: lines, from: position) else {
          count(lines, position..<lines.count)
          break
        }
        hit = found
      }
      let start = lines[position..<hit].lastIndex(of: UnsafeRawBufferPointer.newline)
        .map { $0 + 1 } ?? position
      count(lines, position..<start)
      let next = lines.endOfLine(from: hit)
      let end = next.map { $0 - 1 } ?? lines.count
      let line = UnsafeRawBufferPointer(rebasing: lines[start..<end])
      lineCount += 1
      if try settings.pattern.matches(line) != settings.isInverted { try select(line) }
      position = next ?? lines.count
    }
    try flush()
  }

  /// Says what is to be said of the whole input.
  func finish() throws {
    switch settings.report {
    case .lines: break
    case .counts: buffer += prefix(":") + Array("\(selectedCount)\n".utf8)
    case .names: if selectedCount > 0 { buffer += name + [UnsafeRawBufferPointer.newline] }
    }
    try flush()
  }

  private func select(_ line: UnsafeRawBufferPointer) throws {
    selectedCount += 1
    if settings.report == .lines {
      buffer += prefix(":")
      if settings.showsNumbers { buffer += Array("\(lineCount):".utf8) }
      buffer.append(contentsOf: line)
      buffer.append(UnsafeRawBufferPointer.newline)
    }
    if isDone {
      try flush()
      throw EnoughRead()
    }
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func prefix(_ separator: String) -> [UInt8] {
    settings.showsNames ? name + Array(separator.utf8) : []
  }

  private func count(_ lines: UnsafeRawBufferPointer, _ range: Range<Int>) {
    if settings.showsNumbers { lineCount += lines.newlines(in: range) }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try output.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }
}
