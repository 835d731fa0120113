import Model

extension Parameters where Scalar == Float {
  /// The tensors under their names, with `prefix` before them, in the order of the layout.
  public func tensors(prefix: String = "") -> [Safetensors.FloatTensor] {
    layout.entries.map {
      .init(name: prefix + $0.name, shape: $0.shape, elements: Array(values[$0.range]))
    }
  }

  /// A file of the tensors, which says what cells they are of unless all are LSTMs.
  ///
  /// - Throws: `SafetensorsError`.
  public func file() throws(SafetensorsError) -> Safetensors {
    try Safetensors(
      tensors: tensors(), metadata: NetworkDescription(layout.topology)?.metadata ?? [:])
  }

  /// Takes an FS-RNN out of a file of weights or a checkpoint. The kinds of its cells stand in the
  /// metadata, or all are LSTMs; k, F and S follow from the tensors present; tensors that are no
  /// part of the network (optimizer state, say) are passed over.
  ///
  /// - Throws: `ParametersError` naming the tensor at fault.
  public init(_ file: Safetensors) throws(ParametersError) {
    try self.init(ParameterLayout(Topology(fastSlowOf: file)), file: file)
  }

  /// - Parameter prefix: what stands before the names of the layout.
  /// - Throws: `ParametersError` naming a tensor that is missing, misshapen or not finite.
  init(
    _ layout: ParameterLayout, file: Safetensors, prefix: String = ""
  ) throws(ParametersError) {
    var values: [Float] = []
    values.reserveCapacity(layout.count)
    for entry in layout.entries {
      values += try file.finiteFloats(prefix + entry.name, shape: entry.shape)
    }
    self.init(layout: layout, values: values)
  }
}

extension Topology {
  /// The FS-RNN that a file has the tensors of.
  fileprivate init(fastSlowOf file: Safetensors) throws(ParametersError) {
    let kinds = try NetworkDescription.kinds(in: file)
    let fastUnits = try Self.units(of: "1", kinds.fast, otherInputs: 0, in: file)
    let slowUnits = try Self.units(of: "S", kinds.slow, otherInputs: fastUnits, in: file)
    self = .fastSlow(
      fastCells: Self.fastCellCount(in: file), fastUnits: fastUnits, slowUnits: slowUnits,
      fastKind: kinds.fast, slowKind: kinds.slow)
  }

  /// Any tensor of a cell makes the network that deep, so that a file which lost W3 is found
  /// incomplete and not read as a shallower network.
  private static func fastCellCount(in file: Safetensors) -> Int {
    let fields = ["W", "g", "b", "gc", "bc", "a"]
    var count = 2
    while fields.contains(where: { file.tensors["\($0)\(count + 1)"] != nil }) { count += 1 }
    return count
  }

  /// H of a cell of G gates: its weights have the shape [GH, otherInputs + H] if it multiplies its
  /// own state, its biases [GH] in any case.
  private static func units(
    of cell: String, _ kind: CellKind, otherInputs: Int, in file: Safetensors
  ) throws(ParametersError) -> Int {
    let (name, rank) = kind.multipliesOwnState ? ("W\(cell)", 2) : ("b\(cell)", 1)
    guard let shape = file.tensors[name]?.shape else { throw .file(.missingTensor(name)) }
    guard shape.count == rank else { throw .unsupportedUnits(tensor: name, shape: shape) }
    let units = rank == 2 ? shape[1] - otherInputs : shape[0] / kind.gateCount
    guard units % unitStep == 0, (unitStep...ParametersError.maximumUnits).contains(units),
      shape[0] == kind.gateCount * units
    else { throw .unsupportedUnits(tensor: name, shape: shape) }
    return units
  }
}

extension Safetensors {
  /// The elements of a tensor that has a certain shape, all finite.
  func finiteFloats(_ name: String, shape: [Int]) throws(ParametersError) -> [Float] {
    guard let found = tensors[name]?.shape else { throw .file(.missingTensor(name)) }
    guard found == shape else {
      throw .wrongShape(tensor: name, expected: shape, found: found)
    }
    let elements: [Float]
    do { elements = try floats(name) } catch { throw .file(error) }
    if let index = elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(tensor: name, index: index)
    }
    return elements
  }
}
