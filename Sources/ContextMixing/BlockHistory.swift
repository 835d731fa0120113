import CMixingKernels

/// The bytes of a block that both sides know so far, in their places.
///
/// Lane i holds the i-th run of consecutive bytes of the block; the first `byteCount % laneCount`
/// lanes are one byte longer than the rest.
struct BlockHistory: ~Copyable {
  let laneCount: Int
  private let fullStepCount: Int
  private let longerLaneCount: Int
  /// Written from the start of each lane on; the rest holds anything, and is never read.
  private let bytes: UnsafeMutablePointer<UInt8>
  /// Where each lane begins, and the block's end.
  private let starts: UnsafeMutablePointer<Int>
  /// Where in the block each lane's next byte goes.
  private let ends: UnsafeMutablePointer<Int>

  init(byteCount: Int, laneCount: Int) {
    self.laneCount = laneCount
    fullStepCount = byteCount / laneCount
    longerLaneCount = byteCount % laneCount
    bytes = .allocate(capacity: max(byteCount, 1))
    starts = .allocate(capacity: laneCount + 1)
    ends = .allocate(capacity: laneCount)
    for lane in 0...laneCount { starts[lane] = lane * fullStepCount + min(lane, longerLaneCount) }
    ends.initialize(from: starts, count: laneCount)
  }

  deinit {
    bytes.deallocate()
    starts.deallocate()
    ends.deallocate()
  }

  /// A byte at a position that is known, or is sure to have been at some time.
  @inline(__always)
  subscript(position: Int) -> UInt8 { bytes[position] }

  /// Asks for the byte at a position, which need not be known.
  @inline(__always)
  func prefetch(_ position: Int) { fsc_prefetch(bytes + position) }

  @inline(__always)
  func start(ofLane lane: Int) -> Int { starts[lane] }

  /// Adds the next byte of a lane, which has room for it, and returns its position.
  @inline(__always)
  func append(_ byte: UInt8, lane: Int) -> Int {
    let position = ends[lane]
    bytes[position] = byte
    ends[lane] = position &+ 1
    return position
  }

  /// The lane of a position in the block.
  @inline(__always)
  func lane(of position: Int) -> Int {
    let longer = longerLaneCount &* (fullStepCount &+ 1)
    if position < longer { return position / (fullStepCount &+ 1) }
    return longerLaneCount &+ (position &- longer) / fullStepCount
  }

  /// Whether the byte at `position` is known, which lies in `lane` or directly after it; in that
  /// case `lane` becomes the next one.
  @inline(__always)
  func isKnown(_ position: Int, lane: inout Int) -> Bool {
    if position == starts[lane &+ 1] {
      if lane &+ 1 == laneCount { return false }
      lane &+= 1
    }
    return position < ends[lane]
  }

  /// How many bytes before `a` and before `b`, which are positions after known bytes of their
  /// lanes, are equal: at most `limit`, and within their lanes.
  @inline(__always)
  func commonLength(before a: Int, lane laneA: Int, _ b: Int, lane laneB: Int, limit: Int) -> Int {
    let most = min(limit, a &- starts[laneA], b &- starts[laneB])
    var length = 0
    while length < most && bytes[a &- 1 &- length] == bytes[b &- 1 &- length] { length &+= 1 }
    return length
  }
}
