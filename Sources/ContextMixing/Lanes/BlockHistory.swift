import CMixingKernels
import Platform

/// The bytes of a block that both sides know so far, in their places.
struct BlockHistory: ~Copyable {
  let layout: LaneLayout
  /// Written from the start of each lane on; the rest is never read.
  private let bytes: OwnedBuffer<UInt8>
  /// Where each lane begins, and the block's end.
  private let starts: OwnedBuffer<Int>
  /// Where in the block each lane's next byte goes.
  private let ends: OwnedBuffer<Int>

  struct Sizes {
    let bytes: BufferSize<UInt8>
    let starts: BufferSize<Int>
    let ends: BufferSize<Int>

    init(_ layout: LaneLayout) {
      bytes = BufferSize(layout.byteCount)
      starts = BufferSize(layout.laneCount + 1)
      ends = BufferSize(layout.laneCount)
    }

    var byteCount: Int { bytes.byteCount + starts.byteCount + ends.byteCount }
  }

  init(_ layout: LaneLayout) {
    let sizes = Sizes(layout)
    self.layout = layout
    bytes = OwnedBuffer(sizes.bytes)
    starts = OwnedBuffer(sizes.starts)
    ends = OwnedBuffer(sizes.ends)
    for lane in 0...layout.laneCount { starts[lane] = layout.start(ofLane: lane) }
    for lane in 0..<layout.laneCount { ends[lane] = starts[lane] }
  }

  /// A byte at a position that is known, or is sure to have been at some time.
  @inline(__always)
  subscript(position: Int) -> UInt8 { bytes[position] }

  /// Asks for the byte at a position, which need not be known.
  @inline(__always)
  func prefetch(_ position: Int) { fsc_prefetch(bytes.base + position) }

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

  /// Writes a byte where the next one of a lane goes, which does not make it known.
  @inline(__always)
  func anticipate(_ byte: UInt8, lane: Int) { bytes[ends[lane]] = byte }

  /// Whether the byte at `position` is known, which lies in `lane` or directly after it; in that
  /// case `lane` becomes the next one.
  @inline(__always)
  func isKnown(_ position: Int, lane: inout Int) -> Bool {
    if position == starts[lane &+ 1] {
      if lane &+ 1 == layout.laneCount { return false }
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
