/// One prediction from each context of a lane.
///
/// A context remembers the bits that followed it in a slot of histories, a lookup for each half of
/// a byte; what a history means is learned for each kind of context (indirect modelling, as in
/// Mahoney's PAQ and ZPAQ).
struct ContextModels: ~Copyable {
  static let inputCount = LaneContext.contextCount

  private static let contextCount = LaneContext.contextCount
  /// From this many bits on, old ones fade.
  private static let adaptationLimit: UInt32 = 255
  /// How many bits' weight the initial meaning of a history has.
  private static let initialWeight: UInt32 = 6

  private let laneCount: Int
  private let slots: SlotTable
  private let histories: BitHistory
  private let reciprocals: Reciprocals
  private let lanes: UnsafeMutablePointer<LaneContext>
  /// [lanes][contexts], of the lanes' next bytes.
  private let hashes: UnsafeMutablePointer<UInt64>
  /// [contexts][256]: what each history means.
  private let meanings: UnsafeMutablePointer<AdaptiveProbability>
  /// [contexts]: the slots of the nibble at hand.
  private let current: UnsafeMutablePointer<SlotTable.Slot>

  private var lane = 0
  /// The bits of the nibble so far after a leading 1, 1...15.
  private var nibble = 1

  init(byteCount: Int, history: borrowing BlockHistory) {
    laneCount = history.laneCount
    slots = SlotTable(lineCount: Self.lineCount(byteCount: byteCount))
    histories = .shared
    reciprocals = .shared
    lanes = .allocate(capacity: laneCount)
    hashes = .allocate(capacity: laneCount * Self.contextCount)
    for lane in 0..<laneCount {
      let context = LaneContext(lane: lane, start: history.start(ofLane: lane))
      (lanes + lane).initialize(to: context)
      context.makeHashes(hashes + lane * Self.contextCount, history: history)
    }
    meanings = .allocate(capacity: Self.contextCount * 256)
    for context in 0..<Self.contextCount {
      for state in 0..<256 {
        let meaning = AdaptiveProbability(
          probability: histories.initialProbability[state], count: Self.initialWeight)
        (meanings + (context * 256 + state)).initialize(to: meaning)
      }
    }
    current = .allocate(capacity: Self.contextCount)
    for context in 0..<Self.contextCount {
      (current + context).initialize(to: slots.slot(hashes[context]))
    }
  }

  deinit {
    lanes.deallocate()
    hashes.deallocate()
    meanings.deallocate()
    current.deallocate()
  }

  /// Room for what a block's contexts can fill, up to 64 MiB.
  private static func lineCount(byteCount: Int) -> Int {
    var lines = 256
    while lines < 1 << 20 && lines < byteCount * contextCount / 2 { lines *= 2 }
    return lines
  }

  /// Memory for a block, in bytes.
  static func memory(byteCount: Int, laneCount: Int) -> Int {
    lineCount(byteCount: byteCount) * SlotTable.bytesPerLine
      + laneCount * (MemoryLayout<LaneContext>.stride + 8 * contextCount)
  }

  @inline(__always)
  func lastTwo(lane: Int) -> Int { lanes[lane].lastTwo }

  @inline(__always)
  mutating func beginByte(lane: Int) {
    self.lane = lane
    nibble = 1
    let own = hashes + lane &* Self.contextCount
    for context in 0..<Self.contextCount { current[context] = slots.slot(own[context]) }
    // By the time of the next lane's turn its lines will have come.
    let nextLane = lane &+ 1 == laneCount ? 0 : lane &+ 1
    if nextLane != lane { prefetch(lane: nextLane) }
  }

  @inline(__always)
  private func prefetch(lane: Int) {
    let hashes = hashes + lane &* Self.contextCount
    for context in 0..<Self.contextCount { slots.prefetch(hashes[context]) }
  }

  /// Writes a stretched prediction for each context; 0 for those that have not been seen.
  ///
  /// - Returns: how many have been seen, 0...`inputCount`.
  @inline(__always)
  func predict(_ inputs: UnsafeMutablePointer<Int16>, tables: LogisticTables) -> Int {
    var seen = 0
    for context in 0..<Self.contextCount {
      let state = Int(current[context][nibble])
      if state == 0 {
        inputs[context] = 0
      } else {
        seen &+= 1
        inputs[context] = tables.stretch(meanings[context << 8 | state].coarse)
      }
    }
    return seen
  }

  /// - Parameter partial: the bits of the byte so far, this one included, after a leading 1.
  @inline(__always)
  mutating func update(bit: Int, partial: Int) {
    for context in 0..<Self.contextCount {
      let place = current[context] + nibble
      let state = Int(place.pointee)
      meanings[context << 8 | state].update(
        bit: bit, limit: Self.adaptationLimit, reciprocals: reciprocals)
      place.pointee = histories.next[state << 1 | bit]
    }
    nibble = nibble << 1 | bit
    if partial >= 16 && partial < 32 { beginSecondNibble(partial: partial) }
  }

  @inline(__always)
  private mutating func beginSecondNibble(partial: Int) {
    nibble = 1
    let own = hashes + lane &* Self.contextCount
    // The byte's hashes are no longer needed.
    for context in 0..<Self.contextCount {
      let hash = (own[context] &+ UInt64(truncatingIfNeeded: partial)) &* 0x9E37_79B9_7F4A_7C15
      own[context] = hash ^ hash >> 31
      slots.prefetch(own[context])
    }
    for context in 0..<Self.contextCount { current[context] = slots.slot(own[context]) }
  }

  /// - Parameter history: with the byte already in it.
  /// - Returns: the lane's last eight bytes, the latest lowest.
  @inline(__always)
  func endByte(_ byte: UInt8, history: borrowing BlockHistory) -> UInt64 {
    lanes[lane].append(byte)
    lanes[lane].makeHashes(hashes + lane &* Self.contextCount, history: history)
    if laneCount == 1 { prefetch(lane: 0) }
    return lanes[lane].recent
  }
}
