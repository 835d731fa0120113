import ContextMixing
import FSComp
import Plotting

/// Costs for other programs, in pieces of text that are written one after the other.
package struct DataReport {
  package enum Format: Sendable { case json, csv }

  private let format: Format
  private let unit: TextUnit
  /// Only this many, the dearest first.
  private let top: Int?

  package init(_ format: Format, by unit: TextUnit, top: Int?) {
    self.format = format
    self.unit = unit
    self.top = top
  }

  /// Several inputs are a list in JSON, and in CSV follow each other.
  package func write(_ explanations: [Explanation], to write: (String) throws -> Void) throws {
    switch format {
    case .json:
      if explanations.count != 1 { try write("[") }
      for (number, explanation) in explanations.enumerated() {
        if number > 0 { try write(",\n") }
        try writeJSON(explanation, to: write)
      }
      try write(explanations.count != 1 ? "]\n" : "\n")
    case .csv:
      try write(csvHeader(explanations.count > 1))
      for explanation in explanations {
        try units(of: explanation) { unit in
          let file = explanations.count > 1 ? Self.cell(explanation.name) + "," : ""
          try write(file + csv(unit))
        }
      }
    }
  }

  private func units(of explanation: Explanation, body: (UnitCost) throws -> Void) throws {
    let structure = explanation.structure
    if let top {
      for cost in explanation.dearest(unit, top, structure) { try body(cost) }
      return
    }
    // What a body throws ends the work; the rest is passed over.
    var failure: (any Error)?
    explanation.eachUnit(unit, structure) { cost in
      guard failure == nil else { return }
      do { try body(cost) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  // MARK: CSV

  private func csvHeader(_ hasFiles: Bool) -> String {
    let columns =
      switch unit {
      case .byte: "offset,line,byte,bits"
      case .field: "offset,bytes,line,field,bits,text"
      case .word, .line: "offset,bytes,line,bits,text"
      }
    return (hasFiles ? "file," : "") + columns + "\r\n"
  }

  private func csv(_ cost: UnitCost) -> String {
    let line = cost.line.map(String.init) ?? ""
    let bits = DecimalText.fixed(cost.bits, 4)
    switch unit {
    case .byte:
      return "\(cost.offset),\(line),\(cost.byte ?? 0),\(bits)\r\n"
    case .field:
      return "\(cost.offset),\(cost.count),\(line),\(Self.cell(cost.name ?? "")),\(bits),"
        + Self.cell(cost.text) + "\r\n"
    case .word, .line:
      return "\(cost.offset),\(cost.count),\(line),\(bits),\(Self.cell(cost.text))\r\n"
    }
  }

  /// As RFC 4180 has it.
  static func cell(_ text: String) -> String {
    let isPlain = !text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: JSON

  private func writeJSON(
    _ explanation: Explanation, to write: (String) throws -> Void
  ) throws {
    let fields: [(String, String)] = [
      ("format", Self.string("fscomp-explanation-1")), ("name", Self.string(explanation.name)),
      ("model", Self.string(explanation.model)), ("setting", Self.string(explanation.setting)),
      ("bytes", "\(explanation.inputSize)"), ("explainedBytes", "\(explanation.explainedSize)"),
      ("isComplete", "\(explanation.isComplete)"),
      ("bits", DecimalText.fixed(explanation.bits, 4)),
      ("bitsPerByte", DecimalText.fixed(explanation.bitsPerByte, 6)),
      ("payloadBytes", "\(explanation.payloadSize)"),
      ("archiveBytes", explanation.archiveSize.map(String.init) ?? "null"),
      ("structure", explanation.structure.map { Self.string($0.name) } ?? "null"),
      ("blocks", Self.list(explanation.blocks.map(Self.json))),
      ("parts", explanation.parts.map(Self.json) ?? "null"), ("by", Self.string(unit.rawValue)),
    ]
    try write(
      "{" + fields.map { "\(Self.string($0)):\($1)" }.joined(separator: ",\n")
        + ",\n\"units\":[")
    var isFirst = true
    try units(of: explanation) { cost in
      try write((isFirst ? "\n" : ",\n") + json(cost))
      isFirst = false
    }
    try write("]}")
  }

  private func json(_ cost: UnitCost) -> String {
    var fields = ["\"offset\":\(cost.offset)"]
    if unit != .byte { fields.append("\"bytes\":\(cost.count)") }
    if let line = cost.line { fields.append("\"line\":\(line)") }
    if let name = cost.name { fields.append("\"field\":\(Self.string(name))") }
    fields.append("\"bits\":\(DecimalText.fixed(cost.bits, 4))")
    fields.append(
      unit == .byte ? "\"byte\":\(cost.byte ?? 0)" : "\"text\":\(Self.string(cost.text))")
    return "{" + fields.joined(separator: ",") + "}"
  }

  private static func json(_ block: Explanation.Block) -> String {
    "{\"offset\":\(block.plainOffset),\"bytes\":\(block.plainSize),"
      + "\"payloadBytes\":\(block.payloadSize),"
      + "\"bits\":\(DecimalText.fixed(Cost.bits(block.total), 4)),"
      + "\"method\":\(string(block.method))}"
  }

  private static func json(_ parts: PartCosts) -> String {
    let mixed = MixedPart.allCases.map { part in
      "\(string(part.name)):{\"savedBits\":"
        + "\(DecimalText.fixed(Cost.bits(parts.saved[part.rawValue]), 1)),\"aloneBits\":"
        + (part == .rest
          ? "null" : DecimalText.fixed(Cost.bits(parts.alone[part.rawValue]), 1)) + "}"
    }
    return "{\"repeats\":{\"savedBits\":\(DecimalText.fixed(Cost.bits(parts.repeats), 1))},"
      + "\"dictionary\":{\"savedBits\":\(DecimalText.fixed(Cost.bits(parts.dictionary), 1))},"
      + mixed.joined(separator: ",")
      + ",\"prior\":{\"savedBits\":\(DecimalText.fixed(Cost.bits(parts.prior), 1))}}"
  }

  private static func list(_ elements: [String]) -> String {
    "[" + elements.joined(separator: ",") + "]"
  }

  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension Explanation {
  /// By the first passage.
  package var structure: TextStructure? { passages.first.flatMap { TextStructure(of: $0.bytes) } }
}
