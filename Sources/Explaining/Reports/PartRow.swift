import ContextMixing
import FSComp

/// What one part of the predictions has saved, as a row of a table.
struct PartRow {
  var name: String
  /// For people who do not know the name.
  var meaning: String
  /// Bits; negative where there would have been fewer without.
  var saved: Double
  /// Of all that was saved, 0...1.
  var share: Double
  /// Bits a byte if there was nothing else; nil where that means nothing.
  var alone: Double?

  /// - Returns: none where nobody asked. Parts that took no part are left out.
  static func rows(of explanation: Explanation) -> [PartRow] {
    guard let parts = explanation.parts else { return [] }
    let all = parts.saved.reduce(parts.repeats + parts.dictionary, +)
    let bytes = Double(max(explanation.codedSize, 1))
    func row(_ name: String, _ meaning: String, _ saved: Int64, alone: Int64?) -> PartRow {
      PartRow(
        name: name, meaning: meaning, saved: Cost.bits(saved),
        share: all > 0 ? Double(saved) / Double(all) : 0,
        alone: alone.map { Cost.bits($0) / bytes })
    }
    let plain = 8 * Int64(explanation.codedSize) * CodeCost.bit
    var rows: [PartRow] = []
    if parts.repeats != 0 {
      rows.append(
        row(
          "repeats", "long copies of what was there before are cut out", parts.repeats,
          alone: plain - parts.repeats))
    }
    if parts.dictionary != 0 {
      rows.append(
        row(
          "dictionary", "words become codes of one to three bytes", parts.dictionary,
          alone: plain - parts.dictionary))
    }
    for part in MixedPart.allCases {
      let saved = parts.saved[part.rawValue]
      if saved == 0 && part != .rest { continue }
      rows.append(
        row(
          part.name, part.meaning, saved,
          alone: part == .rest ? nil : parts.alone[part.rawValue]))
    }
    if parts.prior != 0 {
      rows.append(
        row(
          "the prior (counted above)",
          "what contexts know before the first byte: the code would be so much longer without",
          parts.prior, alone: nil))
    }
    return rows
  }
}

extension Explanation {
  /// Bytes of the blocks that were predicted, not stored.
  var codedSize: Int {
    blocks.reduce(0) { $0 + ($1.method == Self.stored ? 0 : $1.plainSize) }
  }
}

extension MixedPart {
  /// As tables have it.
  package var name: String {
    switch self {
    case .networks: "network"
    case .matches: "matches"
    case .lastBytes: "last bytes"
    case .words: "words"
    case .layout: "layout"
    case .patterns: "patterns"
    case .records: "records"
    case .rest: "the rest"
    }
  }

  var meaning: String {
    switch self {
    case .networks: "the neural network"
    case .matches: "long strings that were there before"
    case .lastBytes: "contexts of the last one to eight bytes"
    case .words: "contexts of this word and those before it"
    case .layout: "contexts of columns, fields, lines, brackets"
    case .patterns: "contexts of kinds of characters, and with gaps"
    case .records: "contexts of records in binary data"
    case .rest: "the bias, maps after mixing, rounding"
    }
  }
}
