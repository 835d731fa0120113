import Model

/// Which cells a network has and how they are wired.
///
/// A network keeps a number of states, each a pair of a hidden and a cell state. A step runs the
/// cells one after another; each takes over one state and leaves it updated, and may also see the
/// hidden state of another. That is enough for the three networks here: the FS-RNN (section 3 of
/// Mujika, Meier, Steger 2017), and its controls, the stacked and the sequential LSTM (section
/// 4.2). Cells of other kinds than the LSTM are not trained here: networks of them come from
/// `training/` and become models.
public struct Topology: Hashable, Sendable {
  /// What a cell sees beside its own state.
  public enum Input: Hashable, Sendable {
    /// The byte, by a table of what it adds to each gate.
    case byte
    /// The hidden state that the cells before have left in the state with this index.
    case hidden(state: Int)
    case none
  }

  public struct Cell: Hashable, Sendable {
    /// The ending of its tensors' names.
    public let name: String
    /// Index of the state that it takes over.
    public let state: Int
    public let input: Input
    public let kind: CellKind

    init(name: String, state: Int, input: Input, kind: CellKind = .lstm) {
      self.name = name
      self.state = state
      self.input = input
      self.kind = kind
    }
  }

  public enum Family: String, Sendable, CaseIterable {
    case fastSlow = "fs-lstm"
    case stacked = "stacked-lstm"
    case sequential = "sequential-lstm"
  }

  /// Units are multiples of this in networks that become models or that the fused engine trains,
  /// so that every vector width in use divides a gate.
  public static let unitStep = 16
  /// Variance added in every layer normalization, gates and cell state alike.
  static let normalizationEpsilon: Float = 1e-3

  public let family: Family
  /// Units of each state.
  public let units: [Int]
  /// In the order in which a step runs them. The logits come from the last one's hidden state.
  public let cells: [Cell]

  /// The state that the logits are made of.
  public var outputState: Int { cells[cells.count - 1].state }

  /// A kind of cell that the engines do not know, if there is one.
  public var foreignKind: CellKind? { cells.map(\.kind).first { $0 != .lstm } }

  /// The states whose hidden states make up the input of a cell's matrix, in this order: its own,
  /// if it sees that by the matrix, and that of its input, the lower index first.
  public func matrixInputs(of cell: Cell) -> [Int] {
    let own = cell.kind.multipliesOwnState ? [cell.state] : []
    return switch cell.input {
    case .hidden(let state): (own + [state]).sorted()
    case .byte, .none: own
    }
  }

  /// Rows of a cell's matrix.
  func rows(of cell: Cell) -> Int { cell.kind.gateCount * units[cell.state] }

  /// Columns of a cell's matrix.
  public func inputCount(of cell: Cell) -> Int {
    matrixInputs(of: cell).reduce(0) { $0 + units[$1] }
  }
}

extension Topology {
  /// FS-RNN: Fast cells F1...Fk share one state; the Slow cell sees F1 and is seen by F2.
  ///
  /// - Parameters:
  ///   - fastCells: k, at least 2.
  ///   - fastUnits, slowUnits: F and S, at least 1.
  public static func fastSlow(
    fastCells: Int, fastUnits: Int, slowUnits: Int, fastKind: CellKind = .lstm,
    slowKind: CellKind = .lstm
  ) -> Topology {
    precondition(fastCells >= 2 && fastUnits >= 1 && slowUnits >= 1)
    let (fast, slow) = (0, 1)
    let rest = (3..<max(3, fastCells + 1)).map {
      Cell(name: "\($0)", state: fast, input: .none, kind: fastKind)
    }
    return Topology(
      family: .fastSlow, units: [fastUnits, slowUnits],
      cells: [
        Cell(name: "1", state: fast, input: .byte, kind: fastKind),
        Cell(name: "S", state: slow, input: .hidden(state: fast), kind: slowKind),
        Cell(name: "2", state: fast, input: .hidden(state: slow), kind: fastKind),
      ] + rest)
  }

  /// Layers with a state each; every layer sees the one below.
  ///
  /// - Parameters:
  ///   - layers: at least 1; units: at least 1.
  public static func stacked(layers: Int, units: Int) -> Topology {
    precondition(layers >= 1 && units >= 1)
    return Topology(
      family: .stacked, units: Array(repeating: units, count: layers),
      cells: (0..<layers).map {
        Cell(name: "\($0 + 1)", state: $0, input: $0 == 0 ? .byte : .hidden(state: $0 - 1))
      })
  }

  /// Cells that hand one state on from one to the next, as the Fast cells of an FS-RNN do; the
  /// first sees the byte.
  ///
  /// - Parameters:
  ///   - cells: at least 1; units: at least 1.
  public static func sequential(cells: Int, units: Int) -> Topology {
    precondition(cells >= 1 && units >= 1)
    return Topology(
      family: .sequential, units: [units],
      cells: (0..<cells).map {
        Cell(name: "\($0 + 1)", state: 0, input: $0 == 0 ? .byte : .none)
      })
  }
}
