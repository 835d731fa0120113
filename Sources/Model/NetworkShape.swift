/// The size of an FS-RNN: k fast cells of F units that share one state, and a slow cell of S units.
public struct NetworkShape: Hashable, Sendable {
  /// k, 2...16.
  public let fastCells: Int
  /// F, a multiple of 16, 16...4096.
  public let fastUnits: Int
  /// S, a multiple of 16, 16...4096.
  public let slowUnits: Int
  /// What all fast cells are: cells that share a state mean the same by it.
  public let fastKind: CellKind
  /// What the slow cell is.
  public let slowKind: CellKind

  /// - Throws: `ModelError.unsupportedShape` unless each is in its range, and each cell sees
  ///   something.
  public init(
    fastCells: Int, fastUnits: Int, slowUnits: Int, fastKind: CellKind = .lstm,
    slowKind: CellKind = .lstm
  ) throws(ModelError) {
    guard (2...16).contains(fastCells) else {
      throw .unsupportedShape("\(fastCells) fast cells; 2 to 16 are possible")
    }
    for units in [fastUnits, slowUnits] {
      guard (16...4096).contains(units), units.isMultiple(of: 16) else {
        throw .unsupportedShape("\(units) units a cell; multiples of 16 up to 4096 are possible")
      }
    }
    guard fastCells == 2 || fastKind.multipliesOwnState || fastKind.weighsOwnState else {
      throw .unsupportedShape("a third fast cell of kind \(fastKind.name) would see nothing")
    }
    self.fastCells = fastCells
    self.fastUnits = fastUnits
    self.slowUnits = slowUnits
    self.fastKind = fastKind
    self.slowKind = slowKind
  }

  /// The cells in the order in which a step runs them: F1, S, F2, ... Fk.
  package var cells: [CellShape] {
    let (fast, slow) = (0..<fastUnits, fastUnits..<fastUnits + slowUnits)
    func cell(_ state: CellShape.State, sees input: Range<Int>) -> CellShape {
      let (kind, own) = state == .fast ? (fastKind, fast) : (slowKind, slow)
      // Both states are side by side.
      let columns =
        kind.multipliesOwnState
        ? min(own.lowerBound, input.lowerBound)..<max(own.upperBound, input.upperBound) : input
      return CellShape(state: state, kind: kind, units: own.count, columns: columns)
    }
    let nothing = 0..<0
    return [cell(.fast, sees: nothing), cell(.slow, sees: fast), cell(.fast, sees: slow)]
      + (2..<fastCells).map { _ in cell(.fast, sees: nothing) }
  }

  /// Multiply-adds that predicting one byte takes, all of them in matrix products.
  public var multiplyAddsPerByte: Int {
    cells.reduce(256 * fastUnits) { $0 + $1.rows * $1.columns.count }
  }

  /// Trained numbers: weights, embedding, gains and biases.
  public var parameterCount: Int {
    let first = cells[0]
    return cells.reduce(multiplyAddsPerByte + 256 * first.rows + 256) { count, cell in
      count + 2 * cell.rows + (cell.kind.normalizesState ? 2 * cell.units : 0)
        + (cell.kind.weighsOwnState ? cell.rows : 0)
    }
  }

  /// The largest number of pre-activations of a cell.
  package var mostRows: Int { max(cells[0].rows, cells[1].rows) }
}

/// The size of one cell.
package struct CellShape: Hashable, Sendable {
  package enum State: Sendable { case fast, slow }

  /// Which state it takes over and leaves updated.
  package let state: State
  package let kind: CellKind
  /// H, the units of each gate and of the states.
  package let units: Int
  /// What its matrix sees of [h fast | h slow]; nothing if gates see only what is added to them.
  package let columns: Range<Int>

  /// Rows of its matrix, the units of all gates.
  package var rows: Int { kind.gateCount * units }
}
