import Platform

/// What is known of each lane of a block: its bytes, what its contexts are made of, and what kind of
/// data it holds.
struct Lanes: ~Copyable {
  let history: BlockHistory
  private let contexts: OwnedBuffer<LaneContext>
  /// One: that of a lane whose next byte is anticipated, without this byte.
  private let present: OwnedBuffer<LaneContext>
  /// [lanes], where there are modes.
  private let detectors: OwnedBuffer<ModeDetector>
  /// [lanes][RecordDetector.tableCount]
  private let detectorTables: OwnedBuffer<UInt32>
  private let hasModes: Bool
  private let symbols: SymbolTable

  struct Sizes {
    let history: BlockHistory.Sizes
    let contexts: BufferSize<LaneContext>
    let present = BufferSize<LaneContext>(1)
    let detectors: BufferSize<ModeDetector>
    let detectorTables: BufferSize<UInt32>

    init(_ layout: LaneLayout, plan: MixPlan) {
      let detectorCount = plan.modeCount > 1 ? layout.laneCount : 0
      history = BlockHistory.Sizes(layout)
      contexts = BufferSize(layout.laneCount)
      detectors = BufferSize(detectorCount)
      detectorTables = BufferSize(detectorCount * RecordDetector.tableCount)
    }

    var byteCount: Int {
      history.byteCount + contexts.byteCount + present.byteCount + detectors.byteCount
        + detectorTables.byteCount
    }
  }

  init(_ layout: LaneLayout, plan: MixPlan) {
    let sizes = Sizes(layout, plan: plan)
    history = BlockHistory(layout)
    contexts = OwnedBuffer(sizes.contexts)
    present = OwnedBuffer(sizes.present)
    detectors = OwnedBuffer(sizes.detectors)
    detectorTables = OwnedBuffer(sizes.detectorTables)
    hasModes = plan.modeCount > 1
    symbols = plan.symbols
    for lane in 0..<layout.laneCount {
      contexts[lane] = LaneContext(
        lane: lane, start: layout.start(ofLane: lane), isSalted: plan.usesNetwork,
        followsFields: plan.followsFields,
        symbols: symbols.base)
    }
    for lane in 0..<detectors.count {
      detectors[lane] = ModeDetector(
        tables: detectorTables.base + lane * RecordDetector.tableCount)
    }
  }

  var count: Int { history.layout.laneCount }

  /// What the lane's next byte is taken for.
  @inline(__always)
  func mode(_ lane: Int) -> ContentMode { hasModes ? detectors[lane].mode : .text }

  /// The lane's last eight bytes, the latest lowest.
  @inline(__always)
  func recent(_ lane: Int) -> UInt64 { contexts.base[lane].recent }

  @inline(__always)
  func lastTwo(_ lane: Int) -> Int { contexts.base[lane].lastTwo }

  /// What the lane's last byte was, as `Symbol.kind`.
  @inline(__always)
  func symbolKind(_ lane: Int) -> UInt32 { UInt32(contexts.base[lane].symbolKind) }

  /// How many bytes of the lane are known.
  @inline(__always)
  func byteCount(_ lane: Int) -> Int { contexts.base[lane].position &- contexts.base[lane].start }

  /// Takes in a lane's next byte, and returns its position in the block.
  @inline(__always)
  func append(_ byte: UInt8, lane: Int) -> Int {
    let position = history.append(byte, lane: lane)
    contexts.base[lane].append(byte, history: history)
    if hasModes { detectors.base[lane].append(byte) }
    return position
  }

  /// Whether the next byte of a lane can be anticipated.
  var canAnticipate: Bool { count == 1 && !hasModes }

  /// Lets contexts be those after a byte that may turn out to be the next.
  @inline(__always)
  func anticipate(_ byte: UInt8, lane: Int) {
    present[0] = contexts.base[lane]
    history.anticipate(byte, lane: lane)
    contexts.base[lane].append(byte, history: history)
  }

  /// Takes in the byte that was anticipated, and returns its position in the block.
  @inline(__always)
  func appendAnticipated(_ byte: UInt8, lane: Int) -> Int { history.append(byte, lane: lane) }

  /// Goes back to before the byte that was anticipated.
  @inline(__always)
  func retract(lane: Int) { contexts.base[lane] = present[0] }

  /// The hashes by which a prior is asked for the lane's next byte.
  @inline(__always)
  func writePriorHashes(_ lane: Int, to hashes: UnsafeMutablePointer<UInt64>) {
    contexts.base[lane].writePriorHashes(hashes)
  }

  /// Writes the contexts of the lane's next byte, in the order of the numbers of their kinds; those
  /// about records in binary data only.
  @inline(__always)
  func writeContexts(_ lane: Int, to values: UnsafeMutablePointer<UInt64>) {
    contexts.base[lane].writeContexts(values, history: history)
    if mode(lane) == .binary {
      contexts.base[lane].writeRecordContexts(
        values, history: history, length: detectors.base[lane].recordLength)
    }
  }
}
