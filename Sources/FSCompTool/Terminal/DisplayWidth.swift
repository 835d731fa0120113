extension Unicode.Scalar {
  /// Columns on a terminal: 2 for the wide characters of East Asian scripts and emoji, 0 for marks
  /// that combine. Close enough to keep a line from wrapping.
  var displayWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

extension String {
  /// Columns on a terminal.
  package var displayWidth: Int {
    unicodeScalars.reduce(0) { $0 + $1.displayWidth }
  }

  /// Cut to this many columns, three of them dots if anything was cut and there is room for dots.
  package func cut(toWidth width: Int) -> String {
    guard displayWidth > width else { return self }
    let dots = width >= 6 ? 3 : 0
    var kept = String.UnicodeScalarView()
    var used = 0
    for scalar in unicodeScalars {
      guard used + scalar.displayWidth <= width - dots else { break }
      kept.append(scalar)
      used += scalar.displayWidth
    }
    return String(kept) + String(repeating: ".", count: dots)
  }
}
