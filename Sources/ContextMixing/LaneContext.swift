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
  /// Sets this lane's own contexts apart from those of the others and from shared ones.
  private let salt: UInt64
  private let start: Int

  static let contextCount = 12
  /// Local contexts start anew after so many bytes, as a power of two.
  private static let epochBits = 14

  /// - Parameters:
  ///   - lane: 0...255.
  ///   - start: where in the block it begins.
  init(lane: Int, start: Int) {
    salt = UInt64(lane + 1) << 32
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
  /// What was seen nearby says more than what was seen anywhere, and the lanes are at different
  /// places of a text. So most contexts are local: forgotten every 16 KiB of a lane and its own, or
  /// its own for good. Those that all lanes share make up for the little that one has seen.
  @inline(__always)
  func makeHashes(_ hashes: UnsafeMutablePointer<UInt64>, history: borrowing BlockHistory) {
    let wordStart = UInt64(word) << 8 | (word == 0 ? recent & 0xFF : 0)
    let wordPair = UInt64(word) << 19 ^ UInt64(previousWord)
    let column = position &- lineStart
    let above = previousLineStart &+ column
    let byteAbove = above < lineStart ? UInt64(history[above]) : 0
    let place = UInt64(truncatingIfNeeded: min(column, 255)) << 16 | byteAbove << 8
    let epoch = UInt64(truncatingIfNeeded: (position &- start) >> Self.epochBits)
    let own = salt &* 0xD1B5_4A32_D192_ED03
    let local = (salt &+ epoch &+ 1) &* 0xD1B5_4A32_D192_ED03
    hashes[0] = hash(local ^ recent & 0xFF, 0)
    hashes[1] = hash(local ^ recent & 0xFFFF, 1)
    hashes[2] = hash(local ^ recent & 0xFF_FFFF, 2)
    hashes[3] = hash(local ^ recent & 0xFFFF_FFFF_FFFF, 3)
    hashes[4] = hash(local ^ wordStart, 4)
    hashes[5] = hash(local ^ wordPair, 5)
    hashes[6] = hash(own ^ recent & 0xFFFF_FFFF, 6)
    hashes[7] = hash(own ^ wordStart, 7)
    hashes[8] = hash(wordStart, 8)
    hashes[9] = hash(recent, 9)
    hashes[10] = hash(byteAbove << 16 | recent & 0xFFFF, 10)
    hashes[11] = hash(place | recent & 0xFF, 11)
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
