/// Steele, Lea and Flood's generator: 64 bits of state, every seed good, the same everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Uniform in -1..<1, on a grid of 2^-23 so that no rounding is involved.
  mutating func nextSigned() -> Float {
    Float(Int32(truncatingIfNeeded: next() >> 40) - (1 << 23)) * 0x1p-23
  }
}

extension FloatWeights {
  /// An untrained network: the same arguments always give the same parameters.
  ///
  /// Weights are uniform with standard deviation 1 / sqrt(inputs), gains are close to 1, and the
  /// forget gates start open (bias 1), so that states take the magnitudes they have in training.
  ///
  /// - Parameters:
  ///   - fastCells: k, at least 2.
  ///   - fastUnits: F, a multiple of `unitStep` up to `maximumUnits`.
  ///   - slowUnits: S, likewise.
  public static func random(
    fastCells: Int, fastUnits: Int, slowUnits: Int, seed: UInt64
  ) -> FloatWeights {
    precondition(fastCells >= 2)
    precondition(
      [fastUnits, slowUnits].allSatisfy {
        $0 % unitStep == 0 && (unitStep...maximumUnits).contains($0)
      })
    var generator = SplitMix64(seed: seed)

    func vector(_ count: Int, center: Float = 0, radius: Float = 0.1) -> [Float] {
      (0..<count).map { _ in center + radius * generator.nextSigned() }
    }
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      let radius = (3 / Float(columns)).squareRoot()
      return Matrix(
        rows: rows, columns: columns, elements: vector(rows * columns, radius: radius))
    }
    func cell(units: Int, inputs: Int) -> Cell {
      Cell(
        units: units, weights: matrix(4 * units, inputs),
        gateGain: vector(4 * units, center: 1),
        gateBias: vector(2 * units) + vector(units, center: 1) + vector(units),
        cellGain: vector(units, center: 1), cellBias: vector(units))
    }

    let embedding = Matrix(
      rows: 256, columns: 4 * fastUnits, elements: vector(256 * 4 * fastUnits, radius: 1))
    let fast = Self.fastCells(fastCells, fastUnits: fastUnits, slowUnits: slowUnits)
      .map { cell(units: fastUnits, inputs: $0.inputs) }
    return FloatWeights(
      embedding: embedding, fast: fast,
      slow: cell(units: slowUnits, inputs: fastUnits + slowUnits),
      output: matrix(256, fastUnits), outputBias: vector(256))
  }
}
