import FSComp

/// What is known of the work on one input, and how it is said in one line.
package struct ProgressSnapshot: Sendable {
  /// The side of the work whose size is known beforehand.
  package enum Direction: Sendable { case compressing, decompressing }

  package var name: String
  /// 1-based place among `count` inputs.
  package var index: Int
  package var count: Int
  package var direction: Direction
  /// Bytes to be read in all, where known.
  package var totalBytes: Int?
  package var plainBytes = 0
  package var archiveBytes = 0
  package var elapsed = Duration.zero

  package init(
    name: String, index: Int, count: Int, direction: Direction, totalBytes: Int?,
    plainBytes: Int = 0, archiveBytes: Int = 0, elapsed: Duration = .zero
  ) {
    self.name = name
    self.index = index
    self.count = count
    self.direction = direction
    self.totalBytes = totalBytes
    self.plainBytes = plainBytes
    self.archiveBytes = archiveBytes
    self.elapsed = elapsed
  }

  /// Bytes of the input that are done.
  private var doneBytes: Int {
    direction == .compressing ? plainBytes : archiveBytes
  }

  /// Nil until it can be told.
  private var timeLeft: Duration? {
    guard let totalBytes, doneBytes > 0, totalBytes >= doneBytes else { return nil }
    let left = NumberFormat.scaledQuotient(
      totalBytes - doneBytes, max(0, elapsed.microseconds), by: doneBytes)
    return .microseconds(left)
  }

  /// Everything after the name, most wanted first.
  private var fields: [String] {
    var fields: [String] = []
    if let totalBytes, totalBytes > 0 {
      fields.append(
        "\(NumberFormat.scaledQuotient(min(doneBytes, totalBytes), 100, by: totalBytes))%"
          + " of \(NumberFormat.bytes(totalBytes))")
    } else {
      fields.append(NumberFormat.bytes(doneBytes))
    }
    if plainBytes > 0 {
      fields.append(NumberFormat.rate(plainBytes, in: elapsed))
      if let timeLeft { fields.append("ETA \(timeLeft.clockText)") }
      fields.append("ratio \(NumberFormat.ratio(plain: plainBytes, archive: archiveBytes))")
    }
    return fields
  }

  /// One line of at most `width` columns: the name is cut first, then fields are left out.
  package func line(width: Int) -> String {
    let prefix = count > 1 ? "\(index)/\(count) " : ""
    var fields = fields
    while true {
      let rest = ": " + fields.joined(separator: ", ")
      let room = width - prefix.count - rest.count
      if room >= min(name.displayWidth, 8) || fields.count == 1 {
        return (prefix + name.cut(toWidth: max(0, room)) + rest).cut(toWidth: width)
      }
      fields.removeLast()
    }
  }
}
