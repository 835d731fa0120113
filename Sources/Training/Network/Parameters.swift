/// A network's numbers, or one number for each of them, such as a gradient.
public struct Parameters<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  public let layout: ParameterLayout
  /// `layout.count` numbers.
  public var values: [Scalar]

  public init(_ layout: ParameterLayout) {
    self.layout = layout
    values = Array(repeating: 0, count: layout.count)
  }

  public init(layout: ParameterLayout, values: [Scalar]) {
    precondition(values.count == layout.count)
    self.layout = layout
    self.values = values
  }

  /// The numbers of the tensor called `name`, which exists.
  public subscript(name: String) -> ArraySlice<Scalar> {
    get { values[layout[name]!.range] }
    set { values.replaceSubrange(layout[name]!.range, with: newValue) }
  }

  /// The matrix called `name`, which exists.
  func matrix(_ name: String) -> Matrix {
    let entry = layout[name]!
    return Matrix(rows: entry.shape[0], columns: entry.shape[1], elements: values[entry.range])
  }

  /// The matrix of a cell, which has no columns if the cell sees no hidden state by it.
  func matrix(of cell: Topology.Cell) -> Matrix {
    let name = "W\(cell.name)"
    guard layout[name] != nil else {
      return Matrix(rows: layout.topology.rows(of: cell), columns: 0, elements: [])
    }
    return matrix(name)
  }

  /// A tensor of two dimensions, row-major; row r gives output r.
  struct Matrix {
    let rows: Int
    let columns: Int
    let elements: ArraySlice<Scalar>

    func row(_ row: Int) -> ArraySlice<Scalar> { elements.dropFirst(row * columns).prefix(columns) }
  }

  /// The first number that is NaN or infinite.
  public var firstNotFinite: (tensor: String, index: Int)? {
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return nil }
    guard let entry = layout.entry(at: index) else { return nil }
    return (entry.name, index - entry.range.lowerBound)
  }
}

extension Parameters: Equatable where Scalar: Equatable {}
