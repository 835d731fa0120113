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
  private let beginnings: UnsafeMutablePointer<UInt16>
  private let contextMask: Int
  private var chosen = 0
  private var chosenNode = 0

  /// - Parameter contextBits: there are 2^contextBits contexts.
  init(contextBits: Int, tables: LogisticTables) {
    moves = OwnedBuffer(Self.size(contextBits: contextBits))
    contextMask = 1 << contextBits - 1
    beginnings = .allocate(capacity: Self.pointCount)
    for i in 0..<Self.pointCount {
      let probability = tables.squash(Int32(i << 12) - Self.limit) >> 6
      (beginnings + i).initialize(to: UInt16(probability))
    }
  }

  deinit { beginnings.deallocate() }

  static func memory(contextBits: Int) -> Int { size(contextBits: contextBits).byteCount }

  private static func size(contextBits: Int) -> BufferSize<UInt16> {
    BufferSize(pointCount << contextBits)
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
