import Model

extension PriorTable {
  /// Bytes that look random: any are a table.
  package static func random(lineCount: Int, seed: UInt64) throws -> PriorTable {
    var random = SplitMix64(seed: seed)
    return try PriorTable(lines: random.bytes(lineCount * lineByteCount)[...])
  }
}
