/// Finds the command that somebody meant who mistyped one.
enum CommandGuess {
  /// The command whose name is near enough to a word; nil if none is.
  static func command(near word: String, among commands: [String]) -> String? {
    let best = commands.map { (name: $0, distance: distance(word, $0)) }
      .min { $0.distance < $1.distance }
    guard let best, best.distance <= max(1, best.name.count / 4) else { return nil }
    return best.name
  }

  /// How many letters are to be put in, taken out, replaced, or swapped with the next.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, rows[i - 1][j - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
