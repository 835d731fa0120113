import Platform

// A section NETW: sets and shape, and then all numbers, whose count follows from it.
extension QuantizedNetwork {
  /// Afterwards every number is in the range that the arithmetic asks for.
  package init(_ section: ModelSection) throws(ModelError) {
    var reader = SectionReader(section)
    let first = try reader.integer(UInt8.self)
    let sets = ContextSets(rawValue: ~(first >> Self.setsShift)).intersection(.all)
    guard !sets.isEmpty else { throw .valueOutOfRange("sets of contexts") }
    let shape = try NetworkShape(
      fastCells: Int(first & Self.fastCellsMask),
      fastUnits: Int(try reader.integer(UInt16.self)),
      slowUnits: Int(try reader.integer(UInt16.self)))
    try reader.expectRest(Self.byteCount(shape))
    var cells: [QuantizedCell] = []
    for (index, cell) in shape.cells.enumerated() {
      cells.append(try reader.cell(cell, "cell \(index + 1)"))
    }
    self.init(
      shape: shape, sets: sets, cells: cells,
      embedding: try reader.array(256 * 4 * shape.fastUnits, of: Int16.self),
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
      let gates = 4 * cell.units
      return size + matrix(gates, cell.inputs) + 20 + 2 * (2 * gates + 2 * cell.units)
    } + 2 * 256 * 4 * shape.fastUnits + matrix(256, shape.fastUnits) + 2 * 256
  }

  package var section: ModelSection {
    let others = ContextSets.all.subtracting(sets)
    var bytes = [UInt8(shape.fastCells) | others.rawValue << Self.setsShift]
    bytes.reserveCapacity(5 + Self.byteCount(shape))
    bytes.append(littleEndian: UInt16(shape.fastUnits))
    bytes.append(littleEndian: UInt16(shape.slowUnits))
    for cell in cells {
      bytes.append(cell.matrix)
      bytes.append(littleEndian: cell.gateEpsilons + [cell.cellEpsilon])
      for values in [cell.gateGains, cell.gateBiases, cell.cellGains, cell.cellBiases] {
        bytes.append(littleEndian: values)
      }
    }
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

  fileprivate mutating func cell(
    _ shape: CellShape, _ name: String
  ) throws(ModelError) -> QuantizedCell {
    let matrix = try matrix(rows: 4 * shape.units, columns: shape.inputs, name)
    let epsilons = try array(5, of: UInt32.self)
    guard epsilons.allSatisfy({ (1...1 << 30).contains($0) }) else {
      throw .valueOutOfRange("epsilon of \(name)")
    }
    return QuantizedCell(
      matrix: matrix, gateEpsilons: Array(epsilons.prefix(4)),
      gateGains: try array(4 * shape.units, of: Int16.self),
      gateBiases: try array(4 * shape.units, of: Int16.self), cellEpsilon: epsilons[4],
      cellGains: try array(shape.units, of: Int16.self),
      cellBiases: try array(shape.units, of: Int16.self))
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ matrix: QuantizedMatrix) {
    append(UInt8(matrix.shift))
    append(littleEndian: matrix.multipliers)
    append(contentsOf: matrix.weights.map { UInt8(bitPattern: $0) })
  }
}
