import Platform

/// What the environment says where the command line does not.
enum Defaults {
  /// `FSCOMP_LEVEL`: a level, for compression.
  static var level: Level? {
    get throws { try value(of: "FSCOMP_LEVEL", Level.init) }
  }

  /// `FSCOMP_THREADS`: as -T.
  static var threads: ThreadCount? {
    get throws { try value(of: "FSCOMP_THREADS", ThreadCount.init) }
  }

  /// `FSCOMP_OPTIONS`: words that come before those of the command line, so that these prevail.
  static var options: [String] {
    (Environment()["FSCOMP_OPTIONS"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private static func value<Value>(
    of name: String, _ parse: (String) throws -> Value
  ) throws -> Value? {
    guard let text = Environment()[name] else { return nil }
    do {
      return try parse(text)
    } catch let error as UsageError {
      throw UsageError("\(name): \(error)")
    }
  }
}
