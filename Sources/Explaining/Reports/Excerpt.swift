/// The parts of long passages that a page shows.
struct Excerpt {
  private static let windows = 8

  /// Where they are in each passage: all of it if there is room.
  static func ranges(
    of explanation: Explanation, mostBytes: Int
  ) -> [(passage: Int, range: Range<Int>)] {
    let total = explanation.passages.reduce(0) { $0 + $1.bytes.count }
    if total <= mostBytes {
      return explanation.passages.indices.map { ($0, 0..<explanation.passages[$0].bytes.count) }
    }
    var ranges: [(passage: Int, range: Range<Int>)] = []
    let length = mostBytes / windows
    for window in 0..<windows {
      // The first at the beginning, the last at the end.
      var start = (total - length) / (windows - 1) * window
      for (number, passage) in explanation.passages.enumerated() {
        if start < passage.bytes.count {
          let begin = beginning(near: start, in: passage.bytes)
          let end = beginning(near: min(start + length, passage.bytes.count), in: passage.bytes)
          if begin < end { ranges.append((number, begin..<end)) }
          break
        }
        start -= passage.bytes.count
      }
    }
    return ranges
  }

  /// The beginning of a line that is near, or else of a character.
  private static func beginning(near place: Int, in bytes: [UInt8]) -> Int {
    if place == 0 || place == bytes.count { return place }
    let limit = min(place + 512, bytes.count)
    if let newline = bytes[(place - 1)..<limit].firstIndex(of: 10) { return newline + 1 }
    var start = place
    while start < limit, bytes[start] & 0xC0 == 0x80 { start += 1 }
    return start
  }
}
