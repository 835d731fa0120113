/// The masks of dropout or zoneout of one connection: a factor for each unit.
///
/// They are drawn again in the backward pass instead of being stored: the same key, the same mask.
struct UnitMasks<Scalar: TrainingScalar> {
  /// Factors of units that are drawn and of those that are not.
  private let one: Scalar
  private let zero: Scalar
  /// Of 2^16.
  private let threshold: UInt64

  /// Nil where nothing is ever masked.
  ///
  /// - Parameter kept: the probability of a unit being kept; its factor is then 1 / `kept`.
  static func dropout(kept: Double, draws: Bool) -> UnitMasks? {
    guard draws, kept < 1 else { return nil }
    return UnitMasks(one: Scalar(1 / kept), zero: 0, kept: kept)
  }

  /// Nil where every unit is always updated.
  ///
  /// - Parameter updated: the probability of a unit being updated, which is its factor when none
  ///   are drawn.
  static func zoneout(updated: Double, draws: Bool) -> UnitMasks? {
    guard updated < 1 else { return nil }
    if draws { return UnitMasks(one: 1, zero: 0, kept: updated) }
    return UnitMasks(one: Scalar(updated), zero: Scalar(updated), kept: 1)
  }

  private init(one: Scalar, zero: Scalar, kept: Double) {
    self.one = one
    self.zero = zero
    threshold = UInt64((min(max(kept, 0), 1) * 65536).rounded())
  }

  /// - Parameter count: a multiple of 8.
  func draw(_ factors: UnsafeMutablePointer<Scalar>, count: Int, key: UInt64) {
    var generator = SplitMix64(seed: key)
    for index in stride(from: 0, to: count, by: 4) {
      let bits = generator.next()
      for lane in 0..<4 {
        factors[index + lane] = bits >> UInt64(16 * lane) & 0xFFFF < threshold ? one : zero
      }
    }
  }
}

/// What masks of a window are for: each use has keys of its own.
enum MaskUse: UInt64 {
  case input, hidden, cell, output

  /// The key of a row of masks.
  ///
  /// - Parameters:
  ///   - noise: the window's; cell: the cell's index; row: step x streams + stream.
  func key(noise: UInt64, cell: Int, row: Int) -> UInt64 {
    var mixer = SplitMix64(seed: noise)
    let salt = mixer.next()
    var key = SplitMix64(seed: salt ^ (UInt64(cell) << 56 | rawValue << 48 | UInt64(row)))
    return key.next()
  }
}
