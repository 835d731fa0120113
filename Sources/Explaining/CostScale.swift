/// Costs in eight classes, which colours and marks show.
package struct CostScale: Sendable, Equatable {
  package static let count = 8
  /// The least bits of each class but the first.
  package let bounds: [Double]

  /// For words: bits a byte.
  package static let absolute = CostScale(bounds: [0.5, 1, 2, 3, 4.5, 6, 9])

  /// For characters: bits a character. Where there are thousands to choose from each costs more, so the
  /// scale is wider for these scripts.
  ///
  /// - Parameter mean: bits a character.
  package static func characters(mean: Double) -> CostScale {
    let factor = max((mean / 2.5).rounded(), 1)
    return CostScale(bounds: absolute.bounds.map { $0 * factor })
  }

  /// For lines: by how many times the mean they cost a byte. Lines are too much alike for the other.
  ///
  /// - Parameter mean: bits a byte, above 0.
  package static func around(_ mean: Double) -> CostScale {
    CostScale(bounds: [0.5, 0.8, 1.1, 1.5, 2, 3, 5].map { $0 * max(mean, 0.001) })
  }

  /// 0 ..< `count`.
  package func level(_ bits: Double) -> Int { bounds.count { bits >= $0 } }

  /// "below 0.5", "0.5 to 1", ... "9 and more".
  package func label(_ level: Int) -> String {
    func text(_ value: Double) -> String {
      let hundredths = Int((value * 100).rounded())
      let (whole, part) = hundredths.quotientAndRemainder(dividingBy: 100)
      if part == 0 { return "\(whole)" }
      return part % 10 == 0 ? "\(whole).\(part / 10)" : "\(whole).\(part < 10 ? "0" : "")\(part)"
    }
    if level == 0 { return "below \(text(bounds[0]))" }
    if level == bounds.count { return "\(text(bounds[level - 1])) and more" }
    return "\(text(bounds[level - 1])) to \(text(bounds[level]))"
  }

  /// For each class a background, from light to dark, and what is legible on it: told apart by how
  /// light they are, whatever colours somebody sees. The first has the background that is there.
  package static let colors: [(back: UInt32, ink: UInt32)] = [
    (0xFFFFFF, 0x000000), (0xFFF3C4, 0x000000), (0xFDE08D, 0x000000), (0xFDBF57, 0x000000),
    (0xF58E3C, 0x000000), (0xDC5B3A, 0x000000), (0xA8323F, 0xFFFFFF), (0x5E1A4A, 0xFFFFFF),
  ]

  /// The same on terminals with 256 colours.
  package static let terminalColors: [(back: Int, ink: Int)] = [
    (231, 16), (230, 16), (222, 16), (215, 16), (208, 16), (166, 16), (124, 231), (53, 231),
  ]

  /// Where there are no colours.
  package static let marks: [Character] = [" ", ".", ":", "-", "=", "+", "*", "#"]
}
