import FSComp

/// The argument of `--level`.
struct Level: Sendable {
  let level: CompressionLevel

  /// - Throws: `UsageError` if there is no such level.
  init(_ argument: String) throws {
    guard let level = Int(argument).flatMap(CompressionLevel.init) else {
      let range = CompressionLevel.range
      throw UsageError(
        "there is no level \(argument): levels are \(range.lowerBound) to \(range.upperBound)")
    }
    self.level = level
  }
}
