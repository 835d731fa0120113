import Prediction

/// Finds out from a sample whether the network knows anything about a block.
///
/// On text that resembles what it was trained on, its predictions are worth their time. On programs,
/// numbers or pictures they are noise: the context models alone do as well, several times faster.
struct NetworkProbe {
  private static let lanes = 16
  /// Bytes of a lane that are predicted; the first ones, of which nothing can be expected, do not
  /// count.
  private static let steps = 256
  private static let warmUpSteps = 32
  /// The network has to need at most so many 256ths of the bits that the frequencies of single
  /// bytes would.
  private static let usefulShare = 230

  /// - Parameter plain: a block. A small one is given the benefit of the doubt.
  static func isUseful(on plain: [UInt8], model: Model) -> Bool {
    guard plain.count >= 4 * lanes * steps else { return true }
    var predictor = Predictor(model: model, lanes: lanes)
    var bytes = [UInt8](repeating: 0, count: lanes)
    var bits = LogarithmSum()
    var histogram = [UInt64](repeating: 0, count: 256)
    let stride = plain.count / lanes
    for step in 0..<steps {
      predictor.predict(active: lanes)
      for lane in 0..<lanes {
        let byte = plain[lane * stride + step]
        bytes[lane] = byte
        guard step >= warmUpSteps else { continue }
        let tree = predictor.tree(lane: lane)
        bits.add(UInt64(tree[1]))
        bits.subtract(UInt64(tree[256 + Int(byte)]))
        histogram[Int(byte)] += 1
      }
      predictor.update(bytes: bytes)
    }
    var frequencies = LogarithmSum()
    let total = histogram.reduce(0, +)
    for count in histogram where count > 0 {
      frequencies.add(total, times: count)
      frequencies.subtract(count, times: count)
    }
    return 256 * bits.value <= Int64(usefulShare) * frequencies.value
  }
}

/// A sum of base-2 logarithms in integers, good to a few hundredths of a bit each.
private struct LogarithmSum {
  /// In units of 2^-8 bits.
  private(set) var value: Int64 = 0

  mutating func add(_ number: UInt64, times count: UInt64 = 1) {
    value += Int64(count) * Self.logarithm(number)
  }

  mutating func subtract(_ number: UInt64, times count: UInt64 = 1) {
    value -= Int64(count) * Self.logarithm(number)
  }

  /// Linear between powers of two. `number` > 0.
  private static func logarithm(_ number: UInt64) -> Int64 {
    let exponent = 63 - number.leadingZeroBitCount
    let fraction = exponent >= 8 ? number >> UInt64(exponent - 8) : number << UInt64(8 - exponent)
    return Int64(exponent) << 8 + Int64(fraction & 255)
  }
}
