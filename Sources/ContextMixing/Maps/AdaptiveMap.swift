import CMixingKernels
import Platform

/// Secondary estimation: what a prediction has turned out to mean in a small context.
///
/// For each context, 16 points over the stretched probability from -7.5 to 7.5 hold probabilities
/// that learn; the answer is interpolated between two of them. They share half a cache line.
/// (Mahoney's "adaptive probability map".)
struct AdaptiveMap: ~Copyable {
  private static let pointCount = 16
  /// 7.5 in units of 2^-12.
  private static let limit: Int32 = 15 << 11
  private static let rate = 6

  /// How far each point has moved from where it began, modulo 2^16: so that nothing needs to be
  /// written before it is used.
  private let moves: OwnedBuffer<UInt16>
  /// Where the points of every context begin, in units of 2^-16.
  private let beginnings: OwnedBuffer<UInt16>
  private let contextMask: Int
  private var chosen = 0
  private var chosenNode = 0

  struct Sizes {
    let contextBits: Int
    let moves: BufferSize<UInt16>
    let beginnings = BufferSize<UInt16>(pointCount)

    /// No more contexts than a block can teach: 2^12...2^most.
    init(_ layout: LaneLayout, most: Int = 16) {
      var bits = 12
      while bits < most && 1 << bits < layout.byteCount { bits += 1 }
      contextBits = bits
      moves = BufferSize(pointCount << bits)
    }

    var byteCount: Int { moves.byteCount + beginnings.byteCount }
  }

  init(_ sizes: Sizes) {
    moves = OwnedBuffer(sizes.moves)
    contextMask = 1 << sizes.contextBits - 1
    beginnings = OwnedBuffer(sizes.beginnings)
    for i in 0..<Self.pointCount {
      beginnings[i] = UInt16(LogisticTables.shared.squash(Int32(i << 12) - Self.limit) >> 6)
    }
  }

  /// The context of a byte and the bits of the next so far. Where there are fewer than 2^16, bytes
  /// that differ in their upper bits alone do not share one.
  @inline(__always)
  static func context(byte: Int, partial: Int) -> Int { (byte ^ byte >> 3) << 8 | partial }

  @inline(__always)
  func prefetch(_ context: Int) {
    fsc_prefetch(moves.base + (context & contextMask) &* Self.pointCount)
  }

  /// - Parameters:
  ///   - stretched: in units of 2^-12.
  ///   - context: its lower bits count.
  /// - Returns: a probability in units of 2^-22, 2^10 ... 2^22 - 2^10.
  @inline(__always)
  mutating func refine(_ stretched: Int32, context: Int) -> Int32 {
    let position = Int(min(max(stretched, -Self.limit), Self.limit &- 1) &+ Self.limit)
    let node = position >> 12
    let fraction = position & 4095
    let index = (context & contextMask) &* Self.pointCount &+ node
    let low = Int(beginnings[node] &+ moves[index])
    let high = Int(beginnings[node &+ 1] &+ moves[index &+ 1])
    let isUpper = fraction >> 11
    chosenNode = node &+ isUpper
    chosen = index &+ isUpper
    return Int32(truncatingIfNeeded: (low << 12 &+ (high &- low) &* fraction) >> 6)
  }

  @inline(__always)
  mutating func update(bit: Int) {
    let point = Int(beginnings[chosenNode] &+ moves[chosen])
    let target = bit == 1 ? 65535 : 0
    // Rounded, so that points stay clear of 0 and 1 by 2^-11.
    let step = (target &- point &+ 1 << (Self.rate &- 1)) >> Self.rate
    moves[chosen] = moves[chosen] &+ UInt16(truncatingIfNeeded: step)
  }
}
