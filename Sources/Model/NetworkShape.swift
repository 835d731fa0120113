/// The size of an FS-RNN: k fast cells of F units that share one state, and a slow cell of S units.
public struct NetworkShape: Hashable, Sendable {
  /// k, 2...16.
  public let fastCells: Int
  /// F, a multiple of 16, 16...4096.
  public let fastUnits: Int
  /// S, a multiple of 16, 16...4096.
  public let slowUnits: Int

  /// - Throws: `ModelError.unsupportedShape` unless each is in its range.
  public init(fastCells: Int, fastUnits: Int, slowUnits: Int) throws(ModelError) {
    guard (2...16).contains(fastCells) else {
      throw .unsupportedShape("\(fastCells) fast cells; 2 to 16 are possible")
    }
    for units in [fastUnits, slowUnits] {
      guard (16...4096).contains(units), units.isMultiple(of: 16) else {
        throw .unsupportedShape("\(units) units a cell; multiples of 16 up to 4096 are possible")
      }
    }
    self.fastCells = fastCells
    self.fastUnits = fastUnits
    self.slowUnits = slowUnits
  }

  /// The cells in the order in which a step runs them: F1, S, F2, ... Fk.
  package var cells: [CellShape] {
    var cells = [
      CellShape(kind: .fast, units: fastUnits, inputs: fastUnits),
      CellShape(kind: .slow, units: slowUnits, inputs: fastUnits + slowUnits),
      CellShape(kind: .fast, units: fastUnits, inputs: fastUnits + slowUnits),
    ]
    for _ in 2..<fastCells {
      cells.append(CellShape(kind: .fast, units: fastUnits, inputs: fastUnits))
    }
    return cells
  }

  /// Multiply-adds that predicting one byte takes, all of them in matrix products.
  public var multiplyAddsPerByte: Int {
    cells.reduce(256 * fastUnits) { $0 + 4 * $1.units * $1.inputs }
  }

  /// Trained numbers: weights, embedding, gains and biases.
  public var parameterCount: Int {
    cells.reduce(multiplyAddsPerByte + 256 * 4 * fastUnits + 256) { $0 + 10 * $1.units }
  }
}

/// The size of one cell.
package struct CellShape: Hashable, Sendable {
  package enum Kind: Sendable { case fast, slow }

  package let kind: Kind
  /// H, the units of each gate and of the states.
  package let units: Int
  /// The columns of its matrix: the leading part of [h fast | h slow].
  package let inputs: Int
}
