/// Who reads what in a topology: the hidden state that a cell leaves is written straight to where
/// the cells after it read it.
struct FusedWiring {
  /// A cell that reads a hidden state, in the columns of its input from `column` on.
  struct Reader {
    let cell: Int
    let column: Int
    /// Whether it reads it a step later than it was written.
    let isNextStep: Bool
  }

  private let topology: Topology

  init(_ topology: Topology) { self.topology = topology }

  /// Cells that read what a cell leaves, up to the one that takes its state over.
  func readers(of writer: Int) -> [Reader] {
    let cells = topology.cells
    let state = cells[writer].state
    var readers: [Reader] = []
    for distance in 1...cells.count {
      let index = (writer + distance) % cells.count
      var column = 0
      for input in topology.matrixInputs(of: cells[index]) {
        if input == state {
          readers.append(Reader(cell: index, column: column, isNextStep: index <= writer))
        }
        column += topology.units[input]
      }
      if cells[index].state == state { break }
    }
    return readers
  }

  /// The cell that had the state of `cell` before it: at the same step, if its index is smaller.
  func previous(of cell: Int) -> Int {
    let cells = topology.cells
    return (0..<cells.count).map { (cell + cells.count - 1 - $0) % cells.count }
      .first { cells[$0].state == cells[cell].state }!
  }

  /// The cell that leaves a state as the next step finds it.
  func lastWriter(of state: Int) -> Int { topology.cells.lastIndex { $0.state == state }! }
}
