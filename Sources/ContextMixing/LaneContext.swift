/// What a lane's contexts are made of: its last bytes, words and lines.
struct LaneContext {
  /// The last eight bytes, the latest lowest.
  private(set) var recent: UInt64 = 0
  /// Hash of the letters since the last byte that is none; 0 when that was the last.
  private var word: UInt32 = 0
  /// The same of the word before.
  private var previousWord: UInt32 = 0
  /// Where the line at hand begins, and the one above it.
  private var lineStart: Int
  private var previousLineStart: Int
  /// Where the next byte goes.
  private var position: Int
  /// Sets this lane's own contexts apart from those it shares with the others.
  private let salt: UInt64
  private let start: Int

  static let contextCount = 12

  /// - Parameters:
  ///   - lane: 0...255.
  ///   - start: where in the block it begins.
  init(lane: Int, start: Int) {
    salt = UInt64(lane + 1) << 52
    self.start = start
    position = start
    lineStart = start
    previousLineStart = start
  }

  /// The last two bytes.
  @inline(__always)
  var lastTwo: Int { Int(truncatingIfNeeded: recent & 0xFFFF) }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    recent = recent << 8 | UInt64(byte)
    position &+= 1
    let lowercase = byte | 0x20
    // Letters, and all bytes of those that UTF-8 writes in several.
    if (lowercase >= 0x61 && lowercase <= 0x7A) || byte >= 0x80 {
      word = (word &+ UInt32(lowercase) &+ 1) &* 0x2F0B_4C47
    } else if word != 0 {
      previousWord = word
      word = 0
    }
    if byte == 0x0A {
      previousLineStart = lineStart
      lineStart = position
    }
  }

  /// Writes `contextCount` hashes.
  ///
  /// Contexts of the lane's own come first: lanes are at different places of a text, and what was
  /// seen nearby says more than what was seen anywhere. Those shared by all lanes make up for the
  /// little that one lane has seen. A lane that is alone has other contexts in their place.
  @inline(__always)
  func makeHashes(
    _ hashes: UnsafeMutablePointer<UInt64>, isAlone: Bool, history: borrowing BlockHistory
  ) {
    let wordStart = UInt64(word) << 8 | (word == 0 ? recent & 0xFF : 0)
    let wordPair = UInt64(word) << 19 ^ UInt64(previousWord)
    let column = position &- lineStart
    let above = previousLineStart &+ column
    let byteAbove = above < lineStart ? UInt64(history[above]) : 0
    let place = UInt64(truncatingIfNeeded: min(column, 255)) << 16 | byteAbove << 8
    hashes[0] = hash(salt ^ recent & 0xFF, 0)
    hashes[1] = hash(salt ^ recent & 0xFFFF, 1)
    hashes[2] = hash(salt ^ recent & 0xFF_FFFF, 2)
    hashes[3] = hash(salt ^ recent & 0xFFFF_FFFF, 3)
    hashes[4] = hash(salt ^ recent & 0xFFFF_FFFF_FFFF, 4)
    hashes[5] = hash(salt ^ wordStart, 5)
    hashes[6] = hash(salt ^ wordPair, 6)
    hashes[7] = hash(place | recent & 0xFF, 7)
    hashes[8] = hash(recent, 8)
    if isAlone {
      hashes[9] = hash(recent & 0xFF_FFFF_FFFF, 9)
      hashes[10] = hash(recent & 0xFFFF_FF00, 10)
      hashes[11] = hash(recent & 0xFFFF_0000, 11)
    } else {
      hashes[9] = hash(recent & 0xFFFF_FFFF, 9)
      hashes[10] = hash(wordStart, 10)
      hashes[11] = hash(wordPair, 11)
    }
  }

  /// - Parameter kind: below `contextCount`; keeps contexts of different kinds apart.
  @inline(__always)
  private func hash(_ context: UInt64, _ kind: UInt64) -> UInt64 {
    var hash = (context &+ (kind &+ 1) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ hash >> 29
  }
}
