import Platform

/// The model file, version 1; docs/format.md has it byte by byte.
package struct ModelFile: Equatable, Sendable {
  package static let magic: [UInt8] = [0xF5, 0x46, 0x53, 0x4D]
  package static let version: UInt8 = 1
  /// Most bytes of a name and of a provenance.
  package static let maximumNameSize = 255
  package static let maximumProvenanceSize = 65535

  /// What people call it, in UTF-8.
  package var name: String
  /// How it was trained, in UTF-8.
  package var provenance: String
  package var network: QuantizedNetwork

  package init(name: String, provenance: String, network: QuantizedNetwork) {
    self.name = name
    self.provenance = provenance
    self.network = network
  }

  /// The id of a whole model file: its last eight bytes. The file is not checked.
  package static func id(of bytes: some RandomAccessCollection<UInt8>) -> ModelID? {
    guard bytes.count >= 8 else { return nil }
    return ModelID(rawValue: bytes.suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }
}

// MARK: Reading

extension ModelFile {
  /// Parses and validates: afterwards every number is in the range that the arithmetic asks for.
  package init(bytes: [UInt8]) throws(ModelError) {
    var reader = ModelReader(bytes)
    guard bytes.starts(with: Self.magic) else { throw .notAModel }
    reader.skip(4)
    let version = try reader.integer(UInt8.self)
    guard version == Self.version else { throw .unsupportedVersion(Int(version)) }
    let shape = try ModelShape(
      fastCells: Int(try reader.integer(UInt8.self)),
      fastUnits: Int(try reader.integer(UInt16.self)),
      slowUnits: Int(try reader.integer(UInt16.self)))
    let nameSize = Int(try reader.integer(UInt8.self))
    let provenanceSize = Int(try reader.integer(UInt16.self))
    let expected = 13 + nameSize + provenanceSize + Self.networkSize(shape) + 8
    guard bytes.count == expected else {
      throw .wrongSize(expected: expected, actual: bytes.count)
    }
    guard Self.checksum(bytes.dropLast(8)) == Self.id(of: bytes)?.rawValue else {
      throw .checksumMismatch
    }
    name = try reader.text(nameSize, "name")
    provenance = try reader.text(provenanceSize, "provenance")
    network = try reader.network(shape)
  }

  private static func networkSize(_ shape: ModelShape) -> Int {
    let matrix = { (rows: Int, columns: Int) in 1 + 2 * rows + rows * columns }
    return shape.cells.reduce(0) { size, cell in
      let gates = 4 * cell.units
      return size + matrix(gates, cell.inputs) + 20 + 2 * (2 * gates + 2 * cell.units)
    } + 2 * 256 * 4 * shape.fastUnits + matrix(256, shape.fastUnits) + 2 * 256
  }

  package static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { XXH64.hash($0) }
  }
}

/// Reads little-endian numbers off a byte array, with every bound checked.
private struct ModelReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func skip(_ count: Int) { position += count }

  private mutating func take(_ count: Int) throws(ModelError) -> ArraySlice<UInt8> {
    guard bytes.count - position >= count else {
      throw .wrongSize(expected: position + count, actual: bytes.count)
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(ModelError) -> T {
    try take(T.bitWidth / 8).withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: T.self)) }
  }

  mutating func array<T: FixedWidthInteger>(_ count: Int, of: T.Type) throws(ModelError) -> [T] {
    let size = T.bitWidth / 8
    return try take(count * size).withUnsafeBytes { source in
      (0..<count).map {
        T(littleEndian: source.loadUnaligned(fromByteOffset: $0 * size, as: T.self))
      }
    }
  }

  mutating func text(_ count: Int, _ name: String) throws(ModelError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw .valueOutOfRange(name)
    }
    return text
  }

  mutating func matrix(rows: Int, columns: Int, _ name: String) throws(ModelError)
    -> QuantizedMatrix
  {
    let shift = Int(try integer(UInt8.self))
    guard shift <= 15 else { throw .valueOutOfRange("shift of \(name)") }
    let multipliers = try array(rows, of: Int16.self)
    guard multipliers.allSatisfy({ $0 >= 0 }) else {
      throw .valueOutOfRange("multiplier of \(name)")
    }
    let weights = try array(rows * columns, of: Int8.self)
    guard !weights.contains(-128) else { throw .valueOutOfRange("weight of \(name)") }
    return QuantizedMatrix(shift: shift, multipliers: multipliers, weights: weights)
  }

  mutating func cell(_ shape: CellShape, _ name: String) throws(ModelError) -> QuantizedCell {
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

  mutating func network(_ shape: ModelShape) throws(ModelError) -> QuantizedNetwork {
    var cells: [QuantizedCell] = []
    for (index, cell) in shape.cells.enumerated() {
      cells.append(try self.cell(cell, "cell \(index + 1)"))
    }
    return QuantizedNetwork(
      shape: shape, cells: cells,
      embedding: try array(256 * 4 * shape.fastUnits, of: Int16.self),
      output: try matrix(rows: 256, columns: shape.fastUnits, "output"),
      outputBiases: try array(256, of: Int16.self))
  }
}

// MARK: Writing

extension ModelFile {
  /// The whole file. A name or a provenance that is too long loses its end.
  package func serialized() -> [UInt8] {
    let name = clip(name, to: Self.maximumNameSize)
    let provenance = clip(provenance, to: Self.maximumProvenanceSize)
    var bytes = Self.magic + [Self.version, UInt8(network.shape.fastCells)]
    append(UInt16(network.shape.fastUnits), to: &bytes)
    append(UInt16(network.shape.slowUnits), to: &bytes)
    append(UInt8(name.count), to: &bytes)
    append(UInt16(provenance.count), to: &bytes)
    bytes += name + provenance
    for cell in network.cells {
      append(cell.matrix, to: &bytes)
      for epsilon in cell.gateEpsilons + [cell.cellEpsilon] { append(epsilon, to: &bytes) }
      for values in [cell.gateGains, cell.gateBiases, cell.cellGains, cell.cellBiases] {
        for value in values { append(value, to: &bytes) }
      }
    }
    for value in network.embedding { append(value, to: &bytes) }
    append(network.output, to: &bytes)
    for value in network.outputBiases { append(value, to: &bytes) }
    append(Self.checksum(bytes[...]), to: &bytes)
    return bytes
  }

  /// Whole characters only, so that the bytes remain UTF-8.
  private func clip(_ text: String, to size: Int) -> [UInt8] {
    var text = Substring(text)
    while text.utf8.count > size { text.removeLast() }
    return Array(text.utf8)
  }

  private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private func append(_ matrix: QuantizedMatrix, to bytes: inout [UInt8]) {
    append(UInt8(matrix.shift), to: &bytes)
    for multiplier in matrix.multipliers { append(multiplier, to: &bytes) }
    matrix.weights.withUnsafeBytes { bytes += $0 }
  }
}
