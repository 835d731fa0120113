import Model
import Prediction

/// The network's arithmetic written a second time: 64-bit integers, operators that trap on
/// overflow, division instead of shifts, no storage tricks. What the definition does without
/// checks is compared with this on the most hostile numbers that validation lets through.
struct PlainNetwork {
  let network: QuantizedNetwork
  private var fast: (h: [Int], c: [Int])
  private var slow: (h: [Int], c: [Int])

  init(_ network: QuantizedNetwork) {
    self.network = network
    fast = Self.zeros(network.shape.fastUnits)
    slow = Self.zeros(network.shape.slowUnits)
  }

  private static func zeros(_ count: Int) -> (h: [Int], c: [Int]) {
    ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
  }

  var logits: [Int] {
    Self.project(network.output, fast.h, network.outputBiases.map(Int.init))
  }

  mutating func step(_ byte: UInt8) {
    let row = network.shape.cells[0].rows
    var biases = network.embedding[Int(byte) * row..<(Int(byte) + 1) * row].map(Int.init)
    for (shape, cell) in zip(network.shape.cells, network.cells) {
      let z = Self.project(cell.matrix, Array((fast.h + slow.h)[shape.columns]), biases)
      switch shape.state {
      case .fast: fast = Self.step(shape.kind, cell, z, fast.c)
      case .slow: slow = Self.step(shape.kind, cell, z, slow.c)
      }
      biases = [Int](repeating: 0, count: 4 * max(fast.h.count, slow.h.count))
    }
  }

  static func saturate(_ x: Int) -> Int { max(-32768, min(32767, x)) }

  /// floor(x / 2^shift + 1/2).
  static func divide(_ x: Int, byPowerOfTwo shift: Int) -> Int {
    let divisor = 1 << shift
    let doubled = 2 * x + divisor
    let quotient = doubled / (2 * divisor)
    return doubled < 0 && doubled % (2 * divisor) != 0 ? quotient - 1 : quotient
  }

  static func product(_ a: Int, _ b: Int) -> Int { divide(a * b, byPowerOfTwo: 15) }

  private static func project(_ matrix: QuantizedMatrix, _ input: [Int], _ biases: [Int]) -> [Int] {
    (0..<matrix.rows).map { row in
      let sum = (0..<matrix.columns).reduce(0) {
        $0 + Int(matrix.weights[row * matrix.columns + $1]) * input[$1]
      }
      let accumulator = saturate(divide(sum, byPowerOfTwo: matrix.shift))
      return saturate(product(accumulator, Int(matrix.multipliers[row])) + biases[row])
    }
  }

  static func normalize(_ z: [Int], epsilon: Int, gains: [Int], biases: [Int]) -> [Int] {
    let count = z.count
    let sum = z.reduce(0, +)
    let total =
      count * z.reduce(0) { $0 + $1 * $1 } - sum * sum + count * count * epsilon
    let pairs = UInt64(total).leadingZeroBitCount / 2
    let v = Int((UInt64(total) << UInt64(2 * pairs)) >> 32)
    let seed = inverseSquareRootOfSeed(v / (1 << 24))
    let t = Int(UInt64(v) * UInt64(seed * seed) / (1 << 32))
    let root = seed * (3 * (1 << 30) - t) / (1 << 31)
    var factor = count * root
    var shift = 52 - pairs
    while factor >= 1 << 15 {
      factor /= 2
      shift -= 1
    }
    shift -= 15
    let mean = divideRoundingDown(2 * sum + count, 2 * count)
    return z.indices.map { n in
      let u = saturate(divide(saturate(z[n] - mean) * factor, byPowerOfTwo: shift))
      return saturate(divide(u * gains[n] + 512 * biases[n], byPowerOfTwo: 9))
    }
  }

  private static func divideRoundingDown(_ a: Int, _ b: Int) -> Int {
    a >= 0 ? a / b : -((-a + b - 1) / b)
  }

  /// 2^19 / sqrt(index + 1/2), rounded, for the top byte `index` of a number.
  static func inverseSquareRootOfSeed(_ index: Int) -> Int {
    // The largest r with (r - 1/2)^2 (index + 1/2) <= 2^38.
    var r = 1 << 16
    while (2 * r - 1) * (2 * r - 1) * (2 * index + 1) > 1 << 41 { r -= 1 }
    return r
  }

  private static func step(
    _ kind: CellKind, _ cell: QuantizedCell, _ z: [Int], _ c: [Int]
  ) -> (h: [Int], c: [Int]) {
    let units = c.count
    let gates = (0..<cell.gateEpsilons.count).map { gate in
      let range = gate * units..<(gate + 1) * units
      return normalize(
        Array(z[range]), epsilon: Int(cell.gateEpsilons[gate]),
        gains: cell.gateGains[range].map(Int.init), biases: cell.gateBiases[range].map(Int.init))
    }
    guard let norm = cell.stateNorm else {
      let newH = (0..<units).map { n in
        let (share, candidate) = Self.share(
          kind, cell, gates.map { $0[n] }, unit: n, of: units, c[n])
        return divide((32768 - share) * c[n] + share * tanh(candidate), byPowerOfTwo: 15)
      }
      return (newH.map { product($0, 127) }, newH)
    }
    let newC = (0..<units).map { n in
      let update = product(sigmoid(gates[0][n]), tanh(gates[1][n]))
      return saturate(divide(c[n] * sigmoid(gates[2][n]) + update * 256, byPowerOfTwo: 15))
    }
    let y = normalize(
      newC, epsilon: Int(norm.epsilon), gains: norm.gains.map(Int.init),
      biases: norm.biases.map(Int.init))
    return ((0..<units).map { product(product(tanh(y[$0]), sigmoid(gates[3][$0])), 127) }, newC)
  }

  /// The share of the candidate in a unit's new state, and the candidate, of the unit's gates.
  private static func share(
    _ kind: CellKind, _ cell: QuantizedCell, _ y: [Int], unit: Int, of units: Int, _ h: Int
  ) -> (share: Int, candidate: Int) {
    func own(_ gate: Int) -> Int { Int(cell.ownWeights[gate * units + unit]) }
    switch kind {
    case .lstm: preconditionFailure("an LSTM has no share")
    case .minGRU: return (sigmoid(y[0]), y[1])
    case .minLSTM: return (sigmoid(saturate(logSigmoid(y[1]) - logSigmoid(y[0]))), y[2])
    case .diagonalGRU:
      let reset = sigmoid(saturate(y[1] + product(own(1), h)))
      return (
        sigmoid(saturate(y[0] + product(own(0), h))),
        saturate(y[2] + product(own(2), product(reset, h)))
      )
    }
  }

  static func logSigmoid(_ y: Int) -> Int {
    let magnitude = min(abs(y), 32767)
    let (c0, c1, c2) = logSigmoidSegment(magnitude / 1024)
    let t = magnitude % 1024 * 32
    let below = Int(c0) + product(Int(c1) + product(Int(c2), t), t)
    return saturate(min(y, 0) + divide(below, byPowerOfTwo: 3))
  }

  static func sigmoid(_ y: Int) -> Int {
    let f = tanhOfHalf(y)
    return (f - (f % 2 != 0 && f < 0 ? 1 : 0)) / 2 + 16384
  }

  static func tanh(_ y: Int) -> Int { tanhOfHalf(saturate(2 * y)) }

  static func tanhOfHalf(_ v: Int) -> Int {
    let magnitude = min(abs(v), 32767)
    let (c0, c1, c2) = tanhHalfSegment(magnitude / 1024)
    let t = magnitude % 1024 * 32
    let value = Int(c0) + product(Int(c1) + product(Int(c2), t), t)
    return v < 0 ? -value : value
  }
}
