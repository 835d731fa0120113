import CMixingKernels

/// Predicts that what followed the last bytes of a lane before will follow again.
///
/// The history is that of the whole block: a lane finds what any lane has coded so far, up to this
/// very step. Candidates come from a hash of the last bytes and are compared before they are used.
/// How far a match can be trusted is learned by its length.
///
/// Its memory is that of `MatchModels`.
struct MatchModel: BitwiseCopyable {
  /// A lane's match: the next byte is expected to be the one at `position` of the history.
  struct Match: BitwiseCopyable {
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

  /// `strength` is below this.
  static let strengthCount = Int(FSC_MATCH_STRENGTHS)
  /// How many classes of strengths mixers tell apart.
  static let classCount = Int(FSC_MATCH_CLASSES)
  /// How many confidences there are to learn.
  static let confidenceCount = 8 * bucketCount
  /// How many bits' weight the initial confidences have.
  private static let initialWeight: UInt32 = 12
  /// How much of a candidate is compared.
  private static let comparedLength = 32
  private static let longestCounted = 400
  private static let bucketCount = Int(FSC_MATCH_BUCKETS)

  private let minimumLength: Int
  /// [lanes]
  private let matches: UnsafeMutablePointer<Match>
  /// The positions after the latest occurrence of each hash; 0 for none.
  private let table: UnsafeMutablePointer<UInt32>
  private let tableShift: UInt64
  /// What kernels see of it.
  private let bits: UnsafeMutablePointer<fsc_match>

  /// - Parameters:
  ///   - minimumLength: of the bytes by which matches are looked for, 1...8.
  ///   - matches: [lanes].
  ///   - table: 2^tableBits zeros.
  ///   - bits: what kernels see of it.
  init(
    minimumLength: Int, matches: UnsafeMutablePointer<Match>, table: UnsafeMutablePointer<UInt32>,
    tableBits: Int, bits: UnsafeMutablePointer<fsc_match>
  ) {
    self.minimumLength = minimumLength
    self.matches = matches
    self.table = table
    tableShift = UInt64(64 - tableBits)
    self.bits = bits
  }

  /// - Parameter probability: in units of 2^-16.
  static func initialConfidence(_ probability: UInt16) -> AdaptiveProbability {
    AdaptiveProbability(probability: probability, count: initialWeight)
  }

  @inline(__always)
  private static func bucket(ofLength length: Int) -> Int {
    if length < 16 { return length }
    if length < 32 { return 16 &+ (length &- 16) >> 2 }
    return min(20 &+ (length &- 32) >> 4, bucketCount &- 1)
  }

  /// Asks for the entry of the table that `beginByte` will look at.
  @inline(__always)
  func prefetchEntry(_ lane: Int) { fsc_prefetch(table + matches[lane].slot) }

  /// Asks for the bytes of the history that `beginByte` will look at; after the entry has come.
  @inline(__always)
  func prefetchHistory(_ lane: Int, lanes: borrowing Lanes) {
    let match = matches[lane]
    lanes.history.prefetch(match.length > 0 ? match.position : Int(table[match.slot]))
  }

  /// The slot of the table that belongs to a lane's last bytes.
  @inline(__always)
  private func slot(_ lane: Int, lanes: borrowing Lanes) -> Int {
    let key = lanes.recent(lane) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* minimumLength)
    return Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> tableShift)
  }

  /// Asks for the entry that belongs to a lane's last bytes with the one that is anticipated.
  @inline(__always)
  func anticipate(_ lane: Int, lanes: borrowing Lanes) {
    matches[lane].slot = slot(lane, lanes: lanes)
    prefetchEntry(lane)
  }

  /// Looks for a match where the lane has none, and remembers where the lane is.
  @inline(__always)
  func beginByte(_ lane: Int, lanes: borrowing Lanes) {
    if matches[lane].end > 0 { look(lane, history: lanes.history) }
    let match = matches[lane]
    if match.length > 0 {
      bits.pointee.expected = UInt32(lanes.history[match.position]) | 256
      bits.pointee.bucket = UInt32(truncatingIfNeeded: Self.bucket(ofLength: match.length))
    } else {
      bits.pointee.expected = 0
    }
  }

  @inline(__always)
  private func look(_ lane: Int, history: borrowing BlockHistory) {
    var match = matches[lane]
    let candidate = Int(table[match.slot])
    table[match.slot] = UInt32(truncatingIfNeeded: match.end)
    if match.length == 0 && candidate > 0 {
      match.position = candidate
      match.lane = history.layout.lane(of: candidate &- 1)
      let length = history.commonLength(
        before: candidate, lane: match.lane, match.end, lane: lane, limit: Self.comparedLength)
      if length >= minimumLength && history.isKnown(candidate, lane: &match.lane) {
        match.length = length
      }
      matches[lane] = match
    }
  }

  /// What a confidence has become, for training.
  static func learned(_ confidence: AdaptiveProbability) -> LearnedParameter {
    confidence.learned(initialWeight: initialWeight)
  }

  /// Follows the match.
  ///
  /// - Parameters:
  ///   - position: where the byte of this lane is that was just added.
  ///   - lanes: with the byte already in them.
  @inline(__always)
  func endByte(_ byte: UInt8, lane: Int, position: Int, lanes: borrowing Lanes) {
    var match = matches[lane]
    if bits.pointee.expected == UInt32(byte) | 256 {
      match.position &+= 1
      let isKnown = lanes.history.isKnown(match.position, lane: &match.lane)
      match.length = isKnown ? min(match.length &+ 1, Self.longestCounted) : 0
    } else {
      match.length = 0
    }
    match.slot = slot(lane, lanes: lanes)
    match.end = position &+ 1
    // With more lanes it is asked for when it is this one's turn again.
    if lanes.count == 1 { fsc_prefetch(table + match.slot) }
    matches[lane] = match
  }
}
