/// The parameters of an FS-LSTM (Mujika, Meier, Steger 2017) with layer normalization over the
/// 256 byte values, in single precision.
///
/// Fast cells F1...Fk (k >= 2) share one state of F units that is handed along the chain; the
/// slow cell has S units, is fed by F1 and feeds F2. All parameters are finite.
public struct FloatWeights: Sendable, Equatable {
  /// Row-major; row r gives output r.
  public struct Matrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    public internal(set) var elements: [Float]

    public func row(_ row: Int) -> ArraySlice<Float> {
      elements[row * columns..<(row + 1) * columns]
    }
  }

  /// A layer-normalized LSTM cell of H units. Gates are stacked in the order i, j, f, o.
  public struct Cell: Sendable, Equatable {
    /// H: a multiple of `unitStep`.
    public let units: Int
    /// 4H rows. Columns: F1 its own hidden state; slow cell and F2 first h1, then the slow hidden
    /// state; F3... the hidden state of the cell before it.
    public internal(set) var weights: Matrix
    /// 4H gains and biases of the four gates' normalization; the forget bias is in `gateBias`.
    public internal(set) var gateGain: [Float]
    public internal(set) var gateBias: [Float]
    /// H gains and biases of the cell state's normalization.
    public internal(set) var cellGain: [Float]
    public internal(set) var cellBias: [Float]
  }

  /// F and S are multiples of this, so that every vector width in use divides a gate.
  public static let unitStep = 16
  /// Largest F and S.
  public static let maximumUnits = 1 << 14
  /// Variance added in every layer normalization, gates and cell state alike.
  public static let normalizationEpsilon: Float = 1e-3

  /// E, 256 x 4F: what each byte adds to F1's gates.
  public internal(set) var embedding: Matrix
  /// F1...Fk.
  public internal(set) var fast: [Cell]
  public internal(set) var slow: Cell
  /// Wo, 256 x F, and bo: logits from the hidden state of Fk.
  public internal(set) var output: Matrix
  public internal(set) var outputBias: [Float]

  /// F.
  public var fastUnits: Int { fast[0].units }
  /// S.
  public var slowUnits: Int { slow.units }
  /// Multiply-adds that one byte costs; F1's input is a table look-up and costs none.
  public var multiplyAddsPerByte: Int {
    (fast + [slow]).reduce(output.elements.count) { $0 + $1.weights.elements.count }
  }
}
