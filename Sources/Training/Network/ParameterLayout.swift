/// Where each of a network's tensors lies in one flat array.
///
/// Names and shapes are those of a checkpoint: `E [256, 4H]` of the cell that sees the byte; for
/// each cell n `W{n} [4H, inputs]`, gains and biases of the gates' layer norms `g{n}` and
/// `b{n} [4H]`, those of the cell state's `gc{n}` and `bc{n} [H]`; `Wo [256, H]`, `bo [256]`.
/// Gates are stacked in the order i, j, f, o.
public struct ParameterLayout: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let name: String
    /// Extents, row-major.
    public let shape: [Int]
    public let range: Range<Int>
  }

  /// Where the tensors of a cell begin.
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
  /// One for each of the topology's cells.
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
    embedding = add("E", [256, 4 * topology.units[topology.cells[0].state]])
    var cells: [CellOffsets] = []
    for cell in topology.cells {
      let units = topology.units[cell.state]
      cells.append(
        CellOffsets(
          weights: add("W\(cell.name)", [4 * units, topology.inputCount(of: cell)]),
          gateGain: add("g\(cell.name)", [4 * units]),
          gateBias: add("b\(cell.name)", [4 * units]),
          cellGain: add("gc\(cell.name)", [units]),
          cellBias: add("bc\(cell.name)", [units])))
    }
    output = add("Wo", [256, topology.units[topology.outputState]])
    outputBias = add("bo", [256])
    self.topology = topology
    self.entries = entries
    self.cells = cells
    self.count = count
  }

  public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The tensor that holds the number at `index`.
  public func entry(at index: Int) -> Entry? { entries.first { $0.range.contains(index) } }
}
