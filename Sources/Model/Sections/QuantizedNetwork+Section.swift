import Platform

// A section NETW: sets, shape and kinds of cells, and then all numbers, whose count follows.
extension QuantizedNetwork {
  /// Afterwards every number is in the range that the arithmetic asks for.
  package init(_ section: ModelSection) throws(ModelError) {
    var reader = SectionReader(section)
    let first = try reader.integer(UInt8.self)
    let sets = ContextSets(rawValue: ~(first >> Self.setsShift)).intersection(.all)
    guard !sets.isEmpty else { throw .valueOutOfRange("sets of contexts") }
    let (fastKind, fastUnits) = try reader.kindAndUnits()
    let (slowKind, slowUnits) = try reader.kindAndUnits()
    let shape = try NetworkShape(
      fastCells: Int(first & Self.fastCellsMask), fastUnits: fastUnits, slowUnits: slowUnits,
      fastKind: fastKind, slowKind: slowKind)
    try reader.expectRest(Self.byteCount(shape))
    var cells: [QuantizedCell] = []
    for (index, cell) in shape.cells.enumerated() {
      cells.append(try reader.cell(cell, "cell \(index + 1)"))
    }
    self.init(
      shape: shape, sets: sets, cells: cells,
      embedding: try reader.array(256 * shape.cells[0].rows, of: Int16.self),
      output: try reader.matrix(rows: 256, columns: shape.fastUnits, "output"),
      outputBiases: try reader.array(256, of: Int16.self))
  }

  // The first byte: the number of fast cells, and a bit for each set that the network is not mixed
  // with.
  private static let fastCellsMask: UInt8 = 0x1F
  private static let setsShift: UInt8 = 5

  /// Of all numbers but the first ones.
  private static func byteCount(_ shape: NetworkShape) -> Int {
    let matrix = { (rows: Int, columns: Int) in 1 + 2 * rows + rows * columns }
    return shape.cells.reduce(0) { size, cell in
      size + matrix(cell.rows, cell.columns.count) + 4 * cell.kind.gateCount + 2 * 2 * cell.rows
        + (cell.kind.normalizesState ? 4 + 2 * 2 * cell.units : 0)
        + (cell.kind.weighsOwnState ? 2 * cell.rows : 0)
    } + 2 * 256 * shape.cells[0].rows + matrix(256, shape.fastUnits) + 2 * 256
  }

  package var section: ModelSection {
    let others = ContextSets.all.subtracting(sets)
    var bytes = [UInt8(shape.fastCells) | others.rawValue << Self.setsShift]
    bytes.reserveCapacity(5 + Self.byteCount(shape))
    bytes.append(littleEndian: UInt16(shape.fastUnits + shape.fastKind.rawValue))
    bytes.append(littleEndian: UInt16(shape.slowUnits + shape.slowKind.rawValue))
    for cell in cells { bytes.append(cell) }
    bytes.append(littleEndian: embedding)
    bytes.append(output)
    bytes.append(littleEndian: outputBiases)
    return ModelSection(.network, bytes)
  }
}

extension SectionReader {
  fileprivate mutating func matrix(
    rows: Int, columns: Int, _ name: String
  ) throws(ModelError) -> QuantizedMatrix {
    let shift = Int(try integer(UInt8.self))
    guard shift <= 15 else { throw .valueOutOfRange("shift of \(name)") }
    let multipliers = try array(rows, of: Int16.self)
    guard multipliers.allSatisfy({ $0 >= 0 }) else {
      throw .valueOutOfRange("multiplier of \(name)")
    }
    let weights = SharedSlice(try take(rows * columns), as: Int8.self)
    guard isTrusted || !weights.withUnsafeBufferPointer({ $0.contains(-128) }) else {
      throw .valueOutOfRange("weight of \(name)")
    }
    return QuantizedMatrix(shift: shift, multipliers: multipliers, weights: weights)
  }

  /// Units are a multiple of 16, and the rest is the kind of the cell.
  fileprivate mutating func kindAndUnits() throws(ModelError) -> (CellKind, units: Int) {
    let both = Int(try integer(UInt16.self))
    guard let kind = CellKind(rawValue: both % 16) else {
      throw .unsupportedShape("cells of kind \(both % 16), which this program does not know")
    }
    return (kind, both - both % 16)
  }

  fileprivate mutating func cell(
    _ shape: CellShape, _ name: String
  ) throws(ModelError) -> QuantizedCell {
    func checked(_ epsilons: [UInt32]) throws(ModelError) -> [UInt32] {
      guard epsilons.allSatisfy({ (1...1 << 30).contains($0) }) else {
        throw .valueOutOfRange("epsilon of \(name)")
      }
      return epsilons
    }
    var cell = QuantizedCell(
      matrix: try matrix(rows: shape.rows, columns: shape.columns.count, name),
      gateEpsilons: try checked(array(shape.kind.gateCount, of: UInt32.self)),
      gateGains: [], gateBiases: [])
    // The epsilons of all norms come before gains and biases.
    let stateEpsilon =
      shape.kind.normalizesState ? try checked([integer(UInt32.self)])[0] : nil
    cell.gateGains = try array(shape.rows, of: Int16.self)
    cell.gateBiases = try array(shape.rows, of: Int16.self)
    if let stateEpsilon {
      cell.stateNorm = QuantizedCell.StateNorm(
        epsilon: stateEpsilon, gains: try array(shape.units, of: Int16.self),
        biases: try array(shape.units, of: Int16.self))
    }
    if shape.kind.weighsOwnState { cell.ownWeights = try array(shape.rows, of: Int16.self) }
    return cell
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ cell: QuantizedCell) {
    append(cell.matrix)
    append(littleEndian: cell.gateEpsilons + (cell.stateNorm.map { [$0.epsilon] } ?? []))
    append(littleEndian: cell.gateGains)
    append(littleEndian: cell.gateBiases)
    append(littleEndian: cell.stateNorm?.gains ?? [])
    append(littleEndian: cell.stateNorm?.biases ?? [])
    append(littleEndian: cell.ownWeights)
  }

  fileprivate mutating func append(_ matrix: QuantizedMatrix) {
    append(UInt8(matrix.shift))
    append(littleEndian: matrix.multipliers)
    append(contentsOf: matrix.weights.map { UInt8(bitPattern: $0) })
  }
}
