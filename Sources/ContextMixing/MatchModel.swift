import CMixingKernels
import Platform

/// Predicts that what followed the last bytes of a lane before will follow again.
///
/// The history is that of the whole block: a lane finds what any lane has coded so far, up to this
/// very step. Candidates come from a hash of the last bytes and are compared before they are used.
/// How far a match can be trusted is learned by its length.
struct MatchModel: ~Copyable {
  /// A lane's match: the next byte is expected to be the one at `position` of the history.
  private struct Match {
    var position = 0
    /// The lane in which `position` lies.
    var lane = 0
    /// How many bytes before `position` are equal to the lane's last; 0 without a match.
    var length = 0
    /// The slot of the table that belongs to the lane's last bytes, and the position after them; 0
    /// before the first byte.
    var slot = 0
    var end = 0
  }

  static let inputCount = 2
  /// `strength` is below this.
  static let strengthCount = 16
  /// How many confidences there are to learn.
  static let confidenceCount = 8 * bucketCount
  /// How many bits' weight the initial confidences have.
  private static let initialWeight: UInt32 = 12
  /// How much of a candidate is compared.
  private static let comparedLength = 32
  private static let longestCounted = 400
  private static let bucketCount = 44

  private let minimumLength: Int
  private let matches: UnsafeMutablePointer<Match>
  /// The positions after the latest occurrence of each hash; 0 for none.
  private let table: OwnedBuffer<UInt32>
  private let tableShift: UInt64
  /// [buckets of length][bit positions]: that the expected bit comes.
  private let confidences: UnsafeMutablePointer<AdaptiveProbability>
  private let reciprocals: Reciprocals

  // The byte at hand.
  /// The expected byte with a leading 1, 256...511; 0 when there is none.
  private var expected = 0
  private var bucket = 0

  // The bit at hand.
  private var expectedBit = 0
  private var isExpecting = false
  private var confidence = 0

  /// 0 when nothing is expected of the bit at hand, else 1...15, more for longer matches.
  private(set) var strength = 0

  /// - Parameters:
  ///   - minimumLength: of the bytes by which matches are looked for, 1...8.
  ///   - mostTableBits: the most entries of the table, as a power of two.
  ///   - initial: `confidenceCount` confidences in units of 2^-16.
  init(
    byteCount: Int, laneCount: Int, minimumLength: Int, mostTableBits: Int,
    initial: ArraySlice<UInt16>
  ) {
    self.minimumLength = minimumLength
    matches = .allocate(capacity: laneCount)
    matches.initialize(repeating: Match(), count: laneCount)
    let bits = Self.tableBits(byteCount: byteCount, most: mostTableBits)
    tableShift = UInt64(64 - bits)
    table = OwnedBuffer(count: 1 << bits)
    reciprocals = .shared
    confidences = .allocate(capacity: Self.confidenceCount)
    for (i, probability) in initial.enumerated() {
      (confidences + i).initialize(
        to: AdaptiveProbability(probability: probability, count: Self.initialWeight))
    }
  }

  deinit {
    matches.deallocate()
    confidences.deallocate()
  }

  private static func tableBits(byteCount: Int, most: Int) -> Int {
    var bits = 8
    while bits < most && 1 << bits < byteCount { bits += 1 }
    return bits
  }

  /// Memory for a block, in bytes.
  static func memory(byteCount: Int, laneCount: Int, mostTableBits: Int) -> Int {
    BufferSize<UInt32>(1 << tableBits(byteCount: byteCount, most: mostTableBits)).byteCount
      + laneCount * MemoryLayout<Match>.stride
  }

  @inline(__always)
  private static func bucket(ofLength length: Int) -> Int {
    if length < 16 { return length }
    if length < 32 { return 16 &+ (length &- 16) >> 2 }
    return min(20 &+ (length &- 32) >> 4, bucketCount &- 1)
  }

  /// Asks for the entry of the table that `beginByte` will look at.
  @inline(__always)
  func prefetchEntry(lane: Int) { fsc_prefetch(table.base + matches[lane].slot) }

  /// Asks for the bytes of the history that `beginByte` will look at; after the entry has come.
  @inline(__always)
  func prefetchHistory(lane: Int, history: borrowing BlockHistory) {
    let match = matches[lane]
    history.prefetch(match.length > 0 ? match.position : Int(table[match.slot]))
  }

  /// Looks for a match where the lane has none, and remembers where the lane is.
  @inline(__always)
  mutating func beginByte(lane: Int, history: borrowing BlockHistory) {
    if matches[lane].end > 0 { look(lane: lane, history: history) }
    let match = matches[lane]
    if match.length > 0 {
      expected = Int(history[match.position]) | 256
      bucket = Self.bucket(ofLength: match.length)
    } else {
      expected = 0
      bucket = 0
    }
  }

  @inline(__always)
  private func look(lane: Int, history: borrowing BlockHistory) {
    var match = matches[lane]
    let candidate = Int(table[match.slot])
    table[match.slot] = UInt32(truncatingIfNeeded: match.end)
    if match.length == 0 && candidate > 0 {
      match.position = candidate
      match.lane = history.lane(of: candidate &- 1)
      let length = history.commonLength(
        before: candidate, lane: match.lane, match.end, lane: lane, limit: Self.comparedLength)
      if length >= minimumLength && history.isKnown(candidate, lane: &match.lane) {
        match.length = length
      }
      matches[lane] = match
    }
  }

  /// Two inputs, the first in the lower half: the stretched confidence in the expected bit, and the
  /// confidence itself.
  ///
  /// - Parameters:
  ///   - partial: the bits of the byte so far after a leading 1, 1...255.
  ///   - bitPosition: how many bits that are, 0...7.
  @inline(__always)
  mutating func predict(partial: Int, bitPosition: Int, tables: LogisticTables) -> UInt32 {
    let rest = 8 &- bitPosition
    isExpecting = expected &>> rest == partial
    guard isExpecting else {
      strength = 0
      return 0
    }
    expectedBit = (expected &>> (rest &- 1)) & 1
    confidence = bucket &* 8 &+ bitPosition
    strength = min(bucket >> 1, Self.strengthCount &- 2) &+ 1
    let probability = confidences[confidence]
    let stretched = tables.stretch(probability.coarse)
    let linear = Int16(truncatingIfNeeded: (probability.fine &- 32768) >> 5)
    let first = UInt16(bitPattern: expectedBit == 1 ? stretched : 0 &- stretched)
    let second = UInt16(bitPattern: expectedBit == 1 ? linear : 0 &- linear)
    return UInt32(first) | UInt32(second) << 16
  }

  /// The expected byte as long as it can still come, 0...255; 0 when nothing is expected.
  ///
  /// - Parameters: as of `predict`.
  @inline(__always)
  func expectedByte(partial: Int, bitPosition: Int) -> Int {
    expected &>> (8 &- bitPosition) == partial ? expected & 255 : 0
  }

  /// The confidences with how many bits they have seen, for training.
  func learned() -> [LearnedParameter] {
    (0..<Self.confidenceCount).map { confidences[$0].learned(initialWeight: Self.initialWeight) }
  }

  @inline(__always)
  func update(bit: Int) {
    if isExpecting {
      confidences[confidence].update(
        bit: bit == expectedBit ? 1 : 0, limit: 400, reciprocals: reciprocals)
    }
  }

  /// Follows the match.
  ///
  /// - Parameters:
  ///   - position: where the byte of this lane is that was just added to the history.
  ///   - recent: the lane's last eight bytes, the latest lowest.
  @inline(__always)
  mutating func endByte(
    _ byte: UInt8, lane: Int, position: Int, recent: UInt64, history: borrowing BlockHistory
  ) {
    var match = matches[lane]
    if expected == Int(byte) | 256 {
      match.position &+= 1
      let isKnown = history.isKnown(match.position, lane: &match.lane)
      match.length = isKnown ? min(match.length &+ 1, Self.longestCounted) : 0
    } else {
      match.length = 0
    }
    let key = recent &<< UInt64(truncatingIfNeeded: 64 &- 8 &* minimumLength)
    match.slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> tableShift)
    match.end = position &+ 1
    // With more lanes it is asked for when it is this one's turn again.
    if history.laneCount == 1 { fsc_prefetch(table.base + match.slot) }
    matches[lane] = match
  }
}
