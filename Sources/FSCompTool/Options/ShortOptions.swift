/// Makes long options of clusters of short ones: `-dcT2` becomes `-d -c --threads=2`, and `-9k`
/// `--level=9 -k`.
///
/// The argument parser takes clusters of flags but no value at the end of one, and no value that
/// begins with a dash. Here the value of `-o`, `-T` and `-m` is what follows in the same argument
/// or else the next one, whatever it looks like.
package enum ShortOptions {
  private static let flags = Set("cdfhklqrtvzV")
  private static let longNames: [Character: String] = [
    "o": "--output", "T": "--threads", "m": "--model",
  ]

  /// - Throws: `UsageError` for a letter that is no option, and for a level that does not exist.
  package static func expand(_ arguments: [String]) throws -> [String] {
    var expanded: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        return expanded + [argument] + rest
      }
      guard argument.count > 1, argument.first == "-", !argument.hasPrefix("--") else {
        expanded.append(argument)
        continue
      }
      try expand(cluster: argument.dropFirst(), rest: &rest, into: &expanded)
    }
    return expanded
  }

  private static func expand(
    cluster: Substring, rest: inout ArraySlice<String>, into expanded: inout [String]
  ) throws {
    var cluster = cluster
    while let letter = cluster.popFirst() {
      if let name = longNames[letter] {
        if let value = cluster.isEmpty ? rest.popFirst() : String(cluster) {
          expanded.append("\(name)=\(value)")
        } else {
          expanded.append(name)
        }
        return
      }
      if letter.isNumber {
        let digits = String(letter) + cluster.prefix { $0.isNumber }
        expanded.append("--level=\(try Level(digits).level.number)")
        continue
      }
      guard flags.contains(letter) else { throw UsageError("unknown option '-\(letter)'") }
      expanded.append("-\(letter)")
    }
  }
}
