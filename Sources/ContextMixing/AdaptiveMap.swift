/// Secondary estimation: what a prediction has turned out to mean in a small context.
///
/// For each context, 33 points over the stretched probability from -8 to 8 hold probabilities that
/// learn; the answer is interpolated between two of them. (Mahoney's "adaptive probability map".)
struct AdaptiveMap: ~Copyable {
  private let points: UnsafeMutablePointer<UInt16>
  private let rate: UInt16
  private var chosen = 0
  private var fraction = 0

  init(contextCount: Int, rate: UInt16, tables: LogisticTables) {
    points = .allocate(capacity: contextCount * 33)
    self.rate = rate
    for context in 0..<contextCount {
      for i in 0..<33 {
        let probability = tables.squash(Int32((i - 16) * 2048)) >> 6
        points[context * 33 + i] = UInt16(min(max(probability, 16), 65519))
      }
    }
  }

  deinit { points.deallocate() }

  /// - Parameter stretched: in units of 2^-12.
  /// - Returns: a probability in units of 2^-22.
  @inline(__always)
  mutating func refine(_ stretched: Int32, context: Int) -> Int32 {
    let position = Int(min(max(stretched, -32767), 32767) &+ 32768)
    let node = position >> 11
    fraction = position & 2047
    let index = context &* 33 &+ node
    chosen = fraction >= 1024 ? index &+ 1 : index
    let low = Int(points[index])
    let high = Int(points[index &+ 1])
    return Int32(truncatingIfNeeded: (low << 11 &+ (high &- low) &* fraction) >> 5)
  }

  @inline(__always)
  mutating func update(bit: Int) {
    let point = Int(points[chosen])
    let target = bit == 1 ? 65535 : 0
    points[chosen] = UInt16(truncatingIfNeeded: point &+ (target &- point) >> Int(rate))
  }
}
