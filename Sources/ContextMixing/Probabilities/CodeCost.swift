import Platform

/// What it costs to code something of a known probability: its binary logarithm, in integers, so
/// precise that sums over long texts are those that archives show.
package struct CodeCost: Sendable {
  /// Costs are in units of 2^-20 bits: the likeliest bit that there is costs 12 of them.
  package static let unitBits = 20
  /// A bit, as coded by who knows nothing.
  package static let bit: Int64 = 1 << unitBits

  /// -log2(1 - i / 8192) at i in 0...4096, in units of 2^-30 bits: mantissas from 1 down to 1/2.
  private let nodes = SharedBuffer<Int32>(count: 4097)

  /// Made once.
  package static let shared = CodeCost()

  private init() {
    for i in 0..<4096 { nodes.base[i] = Self.cost(mantissa: UInt64(8192 - i) << 18) }
    nodes.base[4096] = 1 << 30
  }

  /// 1 - log2(mantissa / 2^30) in units of 2^-30, of a mantissa in 2^30 ... 2^31: found bit by bit, as
  /// squaring doubles a logarithm.
  private static func cost(mantissa: UInt64) -> Int32 {
    if mantissa == 1 << 31 { return 0 }
    var square = mantissa
    var logarithm: Int32 = 0
    for _ in 0..<30 {
      square = (square &* square) >> 30
      logarithm <<= 1
      if square >= 1 << 31 {
        logarithm |= 1
        square >>= 1
      }
    }
    return 1 << 30 - logarithm
  }

  /// What it costs that something came which had this probability.
  ///
  /// - Parameter probability: in units of 2^-22, 1 ... 2^22.
  /// - Returns: in units of 2^-20 bits, at most 22 bits.
  @inline(__always)
  package func cost(of probability: UInt64) -> Int64 {
    // As a mantissa from 1 down to a half: what it lacks to 1 is the place among the nodes.
    let shift = (probability &- 1).leadingZeroBitCount &- 42
    let lack = 1 << 22 &- Int(probability << UInt64(shift))
    let node = lack >> 9
    let fraction = Int64(lack & 511)
    let low = Int64(nodes.base[node])
    let high = Int64(nodes.base[node &+ 1])
    let part = low + ((high - low) * fraction) >> 9
    return Int64(shift) << Int64(Self.unitBits) + (part + 512) >> 10
  }
}
