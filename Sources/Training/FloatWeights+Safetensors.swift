/// Why a safetensors file is not an FS-LSTM.
public enum FloatWeightsError: Error, Equatable, Sendable {
  case file(SafetensorsError)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  /// `tensor`, W1 or WS, is not [4H, inputs from other cells + H] with H, which is F or S, a
  /// multiple of `FloatWeights.unitStep` up to `maximumUnits`.
  case unsupportedUnits(tensor: String, shape: [Int])
  /// NaN or infinity at `index` in row-major order.
  case notFinite(tensor: String, index: Int)
}

extension FloatWeightsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .wrongShape(let tensor, let expected, let found):
      "tensor \(tensor) has shape \(found); this network needs \(expected)"
    case .unsupportedUnits(let tensor, let shape):
      "tensor \(tensor) has shape \(shape): it must have 4 rows a unit, and a multiple of "
        + "\(FloatWeights.unitStep) units up to \(FloatWeights.maximumUnits)"
    case .notFinite(let tensor, let index):
      "tensor \(tensor) is not finite at element \(index)"
    }
  }
}

extension FloatWeights {
  /// Takes the network out of a checkpoint. k, F and S follow from the tensors present; tensors
  /// that are no part of the network (optimizer state, say) are passed over.
  ///
  /// Names, with n in 1, S, 2, ..., k: `E`, `W{n}`, `g{n}` and `b{n}` (gates), `gc{n}` and `bc{n}`
  /// (cell state), `Wo`, `bo`.
  ///
  /// - Throws: `FloatWeightsError` naming the tensor at fault.
  public init(_ file: Safetensors) throws(FloatWeightsError) {
    let fastUnits = try Self.units(of: "W1", otherInputs: 0, in: file)
    let slowUnits = try Self.units(of: "WS", otherInputs: fastUnits, in: file)

    func vector(_ name: String, _ count: Int) throws(FloatWeightsError) -> [Float] {
      try Self.tensor(name, shape: [count], in: file)
    }
    func matrix(
      _ name: String, _ rows: Int, _ columns: Int
    ) throws(FloatWeightsError) -> Matrix {
      let elements = try Self.tensor(name, shape: [rows, columns], in: file)
      return Matrix(rows: rows, columns: columns, elements: elements)
    }
    func cell(_ name: String, units: Int, inputs: Int) throws(FloatWeightsError) -> Cell {
      Cell(
        units: units,
        weights: try matrix("W\(name)", 4 * units, inputs),
        gateGain: try vector("g\(name)", 4 * units),
        gateBias: try vector("b\(name)", 4 * units),
        cellGain: try vector("gc\(name)", units),
        cellBias: try vector("bc\(name)", units))
    }

    embedding = try matrix("E", 256, 4 * fastUnits)
    fast = []
    for (name, inputs) in Self.fastCells(
      Self.fastCellCount(in: file), fastUnits: fastUnits, slowUnits: slowUnits)
    {
      fast.append(try cell(name, units: fastUnits, inputs: inputs))
    }
    slow = try cell("S", units: slowUnits, inputs: fastUnits + slowUnits)
    output = try matrix("Wo", 256, fastUnits)
    outputBias = try vector("bo", 256)
  }

  /// The network's tensors under the names `init(_:)` reads, in a fixed order.
  public var tensors: [Safetensors.FloatTensor] {
    func tensor(_ name: String, _ matrix: Matrix) -> Safetensors.FloatTensor {
      .init(name: name, shape: [matrix.rows, matrix.columns], elements: matrix.elements)
    }
    func tensor(_ name: String, _ vector: [Float]) -> Safetensors.FloatTensor {
      .init(name: name, shape: [vector.count], elements: vector)
    }
    func tensors(_ name: String, _ cell: Cell) -> [Safetensors.FloatTensor] {
      [
        tensor("W\(name)", cell.weights),
        tensor("g\(name)", cell.gateGain), tensor("b\(name)", cell.gateBias),
        tensor("gc\(name)", cell.cellGain), tensor("bc\(name)", cell.cellBias),
      ]
    }
    return [tensor("E", embedding)]
      + fast.enumerated().flatMap { tensors("\($0 + 1)", $1) }
      + tensors("S", slow)
      + [tensor("Wo", output), tensor("bo", outputBias)]
  }

  /// Names and input counts of F1...Fk.
  static func fastCells(
    _ count: Int, fastUnits: Int, slowUnits: Int
  ) -> [(name: String, inputs: Int)] {
    (1...count).map { ("\($0)", $0 == 2 ? fastUnits + slowUnits : fastUnits) }
  }

  /// Any tensor of a cell makes the network that deep, so that a file which lost W3 is found
  /// incomplete and not read as a shallower network.
  private static func fastCellCount(in file: Safetensors) -> Int {
    let fields = ["W", "g", "b", "gc", "bc"]
    var count = 2
    while fields.contains(where: { file.tensors["\($0)\(count + 1)"] != nil }) { count += 1 }
    return count
  }

  /// H of a cell whose weights have the shape [4H, otherInputs + H].
  private static func units(
    of name: String, otherInputs: Int, in file: Safetensors
  ) throws(FloatWeightsError) -> Int {
    guard let shape = file.tensors[name]?.shape else { throw .file(.missingTensor(name)) }
    guard shape.count == 2 else { throw .unsupportedUnits(tensor: name, shape: shape) }
    let units = shape[1] - otherInputs
    guard units % unitStep == 0, (unitStep...maximumUnits).contains(units), shape[0] == 4 * units
    else { throw .unsupportedUnits(tensor: name, shape: shape) }
    return units
  }

  private static func tensor(
    _ name: String, shape: [Int], in file: Safetensors
  ) throws(FloatWeightsError) -> [Float] {
    guard let found = file.tensors[name]?.shape else { throw .file(.missingTensor(name)) }
    guard found == shape else {
      throw .wrongShape(tensor: name, expected: shape, found: found)
    }
    let elements: [Float]
    do { elements = try file.floats(name) } catch { throw .file(error) }
    if let index = elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(tensor: name, index: index)
    }
    return elements
  }
}
