/// Finds how long the records are that a lane's bytes seem to be made of: rows of a bitmap, entries
/// of a table.
///
/// Equal bytes tend to follow each other at the distance of a record. So it counts at which
/// distance from its last occurrence each byte comes. Short distances are common in any data; what
/// tells is how many of the bytes that did not come any sooner come at just this distance: the
/// "hazard rate" of survival analysis. (Mahoney's zpaq finds periods in the same way.)
package struct RecordDetector: BitwiseCopyable {
  /// The shortest and longest records that can be found.
  package static let lengths = 5...4095
  /// Taken for the length as long as none has been found: the most common size of a number.
  package static let defaultLength = 4

  /// The first search is after this many bytes, later ones whenever the bytes have doubled, but at
  /// least every `longestInterval`.
  private static let firstSearch = 512
  private static let longestInterval = 4096
  /// One byte in this many has to come at the distance.
  private static let leastShare = 12

  /// The length of a record.
  package private(set) var length = RecordDetector.defaultLength

  /// Whether `length` has been found.
  var hasFoundLength: Bool { length != Self.defaultLength }

  private var count = 0
  private var nextSearch = RecordDetector.firstSearch
  /// [256]: `count` after the last occurrence of each byte, 0 for none; and behind them, by distance,
  /// how often each was seen, old ones fading.
  private let tables: UnsafeMutablePointer<UInt32>
  private var distances: UnsafeMutablePointer<UInt32> { tables + 256 }

  /// How many numbers the tables of one have.
  package static let tableCount = 256 + lengths.upperBound + 1

  /// - Parameter tables: `tableCount` zeros, which have to outlive this.
  package init(tables: UnsafeMutablePointer<UInt32>) { self.tables = tables }

  /// Takes in the lane's next byte; there are at most 2^31 - 1.
  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    count &+= 1
    let distance = count &- Int(tables[Int(byte)])
    tables[Int(byte)] = UInt32(truncatingIfNeeded: count)
    if distance <= Self.lengths.upperBound { distances[distance] &+= 1 }
    if count == nextSearch { search() }
  }

  @inline(never)
  private mutating func search() {
    nextSearch = count + min(count, Self.longestInterval)
    var remaining = 0
    for distance in Self.lengths { remaining += Int(distances[distance]) }
    // Few bytes prove nothing: neither few at all nor those few that come at no shorter distance.
    let doubt = 64 + remaining / 16
    var best = (length: 0, score: 0)
    var present = 0
    for distance in Self.lengths {
      let seen = Int(distances[distance])
      let score = (seen << 16) / (remaining + doubt)
      if score > best.score { best = (distance, score) }
      if distance == length { present = score }
      remaining -= seen
      distances[distance] -= distances[distance] >> 4
    }
    // Not back and forth between two that are about as good.
    if best.score * Self.leastShare > 1 << 16 && best.score > present + present / 4 {
      length = best.length
    }
  }
}
