import Platform

/// Conversions between probabilities and the logistic domain, in which predictions are mixed.
///
/// `stretch(p) = ln(p / (1 - p))` in units of 1/256; `squash` is its inverse. Both are made from
/// integer arithmetic alone, so that they are the same numbers on every machine. Mixing in this
/// domain is from Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression",
/// 2005 (the PAQ programs).
package struct LogisticTables: @unchecked Sendable {
  // @unchecked: never written after `init`; the pointers point into `memory`.
  /// Squash values at multiples of 1/16 from -12 to 12 and one more, in units of 2^-22.
  let squashNodes: UnsafeMutablePointer<UInt32>
  /// `stretch` at (i + 1/2) / 4096, i in 0..<4096; and one number that vectors read beside the last.
  let stretches: UnsafeMutablePointer<Int16>
  /// Natural logarithms of 1 + i / 256 in units of 2^-12, i in 0..<256.
  private let logarithms: UnsafeMutablePointer<Int32>
  private let memory = (
    squashNodes: SharedBuffer<UInt32>(count: 386), stretches: SharedBuffer<Int16>(count: 4097),
    logarithms: SharedBuffer<Int32>(count: 256)
  )

  /// Inputs of `squash` are clamped to this: 12 in units of 2^-12.
  package static let limit: Int32 = 12 << 12

  /// Made once.
  package static let shared = LogisticTables()

  private init() {
    squashNodes = memory.squashNodes.base
    stretches = memory.stretches.base
    logarithms = memory.logarithms.base
    for i in 0..<256 {
      logarithms[i] = Self.naturalLogarithm(mantissa: UInt64(256 + i) << 22)
    }
    // e^(-|x|) by repeated multiplication with e^(-1/16) = 0.939413..., both in units of 2^-32.
    let factor: UInt64 = 4_034_748_382
    var power: UInt64 = 1 << 32
    for i in 0...192 {
      let larger = UInt32((1 << 54) / ((1 << 32) &+ power))
      squashNodes[192 + i] = larger
      squashNodes[192 - i] = (1 << 22) - larger
      power = (power &* factor) >> 32
    }
    squashNodes[385] = squashNodes[384]
    for i in 0..<4096 {
      stretches[i] = Int16(truncatingIfNeeded: stretchPrecisely(UInt32(i << 10 | 512)))
    }
  }

  /// ln(mantissa / 2^30) in units of 2^-12, rounded down, for mantissas in 2^30 ..< 2^31: bit by
  /// bit, since squaring doubles the logarithm.
  private static func naturalLogarithm(mantissa: UInt64) -> Int32 {
    var square = mantissa
    var binary: UInt64 = 0
    for _ in 0..<20 {
      square = (square &* square) >> 30
      binary <<= 1
      if square >= 1 << 31 {
        binary |= 1
        square >>= 1
      }
    }
    // ln 2 = 2977044472 / 2^32.
    return Int32((binary &* 2_977_044_472) >> 40)
  }

  /// ln(x) in units of 2^-12, x in 1 ... 2^22, to about 2^-8.
  @inline(__always)
  private func logarithm(_ x: UInt32) -> Int32 {
    let zeros = Int32(truncatingIfNeeded: x.leadingZeroBitCount)
    let fraction = Int((x &<< UInt32(truncatingIfNeeded: zeros)) >> 23) & 255
    return logarithms[fraction] &+ (31 &- zeros) &* 2839
  }

  /// The stretch of a probability in units of 2^-22, 1 ... 2^22 - 1; within ±3904.
  @inline(__always)
  package func stretchPrecisely(_ probability: UInt32) -> Int32 {
    (logarithm(probability) &- logarithm((1 << 22) &- probability)) >> 4
  }

  /// The stretch of a probability in units of 2^-12, 0...4095; within ±2310.
  @inline(__always)
  package func stretch(_ probability: Int) -> Int16 { stretches[probability] }

  /// The probability, in units of 2^-22, whose stretch is `x` in units of 2^-12, clamped to ±12:
  /// always in 1 ... 2^22 - 1.
  @inline(__always)
  package func squash(_ x: Int32) -> Int32 {
    let position = min(max(x, -Self.limit), Self.limit) &+ Self.limit
    let node = Int(position >> 8)
    let low = Int32(bitPattern: squashNodes[node])
    let high = Int32(bitPattern: squashNodes[node &+ 1])
    // The difference is at most 2^22 / 64, the fraction below 2^8.
    return low &+ ((high &- low) &* (position & 255)) >> 8
  }
}
