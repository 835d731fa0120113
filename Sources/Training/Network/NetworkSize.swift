/// What a network of LSTMs looks like, in the numbers that people choose.
public struct NetworkSize: Codable, Hashable, Sendable {
  public var family: Topology.Family
  /// k fast cells, or the layers or cells of a control network.
  public var cells: Int
  /// F, or the units of a control network; a multiple of `Topology.unitStep`.
  public var units: Int
  /// S; 0 for control networks.
  public var slowUnits: Int

  public init(_ family: Topology.Family, cells: Int, units: Int, slowUnits: Int = 0) {
    self.family = family
    self.cells = cells
    self.units = units
    self.slowUnits = slowUnits
  }

  public init(_ topology: Topology) {
    let (family, units, cells) = (topology.family, topology.units, topology.cells.count)
    switch family {
    case .fastSlow: self.init(family, cells: cells - 1, units: units[0], slowUnits: units[1])
    case .stacked, .sequential: self.init(family, cells: cells, units: units[0])
    }
  }

  public var topology: Topology {
    switch family {
    case .fastSlow: .fastSlow(fastCells: cells, fastUnits: units, slowUnits: slowUnits)
    case .stacked: .stacked(layers: cells, units: units)
    case .sequential: .sequential(cells: cells, units: units)
    }
  }
}

extension Topology.Family: Codable {}
