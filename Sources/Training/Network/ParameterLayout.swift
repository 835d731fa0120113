/// Where each of a network's tensors lies in one flat array.
///
/// Names and shapes are those of a checkpoint: `E [256, GH]` of the cell that sees the byte; for
/// each cell n of G gates `W{n} [GH, inputs]`, if there are any, gains and biases of the gates'
/// layer norms `g{n}` and `b{n} [GH]`, those of an LSTM's cell state `gc{n}` and `bc{n} [H]`,
/// weights of a diagonal cell's own state `a{n} [G, H]`; `Wo [256, H]`, `bo [256]`. Gates are
/// stacked in the order of the cell's kind.
public struct ParameterLayout: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let name: String
    /// Extents, row-major.
    public let shape: [Int]
    public let range: Range<Int>
  }

  /// Where the tensors of an LSTM begin.
  public struct CellOffsets: Hashable, Sendable {
    public let weights: Int
    public let gateGain: Int
    public let gateBias: Int
    public let cellGain: Int
    public let cellBias: Int
  }

  public let topology: Topology
  public let entries: [Entry]
  /// E.
  public let embedding: Int
  /// One for each of the topology's cells, if all are LSTMs: else none.
  public let cells: [CellOffsets]
  /// Wo and bo.
  public let output: Int
  public let outputBias: Int
  /// Numbers in all.
  public let count: Int

  public init(_ topology: Topology) {
    var entries: [Entry] = []
    var count = 0
    func add(_ name: String, _ shape: [Int]) -> Int {
      let start = count
      count += shape.reduce(1, *)
      entries.append(Entry(name: name, shape: shape, range: start..<count))
      return start
    }
    embedding = add("E", [256, topology.rows(of: topology.cells[0])])
    var cells: [CellOffsets] = []
    for cell in topology.cells {
      let (units, rows) = (topology.units[cell.state], topology.rows(of: cell))
      let (kind, inputs) = (cell.kind, topology.inputCount(of: cell))
      let weights = inputs > 0 ? add("W\(cell.name)", [rows, inputs]) : count
      let gateGain = add("g\(cell.name)", [rows])
      let gateBias = add("b\(cell.name)", [rows])
      if kind.normalizesState {
        cells.append(
          CellOffsets(
            weights: weights, gateGain: gateGain, gateBias: gateBias,
            cellGain: add("gc\(cell.name)", [units]), cellBias: add("bc\(cell.name)", [units])))
      }
      if kind.weighsOwnState { _ = add("a\(cell.name)", [kind.gateCount, units]) }
    }
    output = add("Wo", [256, topology.units[topology.outputState]])
    outputBias = add("bo", [256])
    self.topology = topology
    self.entries = entries
    self.cells = topology.foreignKind == nil ? cells : []
    self.count = count
  }

  public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The tensor that holds the number at `index`.
  public func entry(at index: Int) -> Entry? { entries.first { $0.range.contains(index) } }
}
