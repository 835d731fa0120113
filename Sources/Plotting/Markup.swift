/// Text in SVG and HTML.
public enum Markup {
  /// Text that stands for itself, in elements and in quoted attributes.
  public static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(isSayable(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// Whether XML and HTML have a way to say it: no control characters but tabs and ends of lines.
  private static func isSayable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: true
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}
