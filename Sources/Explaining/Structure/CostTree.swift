/// What the fields of a text cost, and the parts of these.
package struct CostTree: Sendable, Equatable {
  package var name: String
  /// In units of 2^-20 bits, with all that is below.
  package var cost: Int64 = 0
  package var bytes = 0
  /// How many values there are.
  package var values = 0
  /// The dearest first, once all is added up.
  package var children: [CostTree] = []

  package var bits: Double { Cost.bits(cost) }

  package init(name: String) { self.name = name }

  /// Adds up all fields of a text.
  package init(of explanation: Explanation, _ structure: TextStructure) {
    // A flat table first: paths repeat themselves.
    var sums: [[String]: Sum] = [:]
    for passage in explanation.passages {
      structure.fields(of: passage.bytes) { field in
        sums[field.path, default: Sum()].add(
          passage.cost(of: field.range), bytes: field.range.count, isValue: field.isValue)
      }
    }
    self.init(name: structure.name)
    var index = Index()
    for (path, sum) in sums.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      index.add(sum, at: path[...])
    }
    self = index.tree(named: name)
  }

  /// Leaves out all but this many children at each level, which become one.
  package func pruned(to most: Int) -> CostTree {
    var tree = self
    if children.count > most {
      var others = CostTree(name: "(\(children.count - most + 1) others)")
      for child in children[(most - 1)...] {
        others.cost += child.cost
        others.bytes += child.bytes
        others.values += child.values
      }
      tree.children = Array(children[..<(most - 1)]) + [others]
    }
    tree.children = tree.children.map { $0.pruned(to: most) }
    return tree
  }

  private struct Sum {
    var cost: Int64 = 0
    var bytes = 0
    var values = 0

    mutating func add(_ cost: Int64, bytes: Int, isValue: Bool) {
      self.cost += cost
      self.bytes += bytes
      if isValue { values += 1 }
    }
  }

  /// A tree in the making, whose children are found by name.
  private struct Index {
    var sum = Sum()
    var children: [String: Index] = [:]

    mutating func add(_ added: Sum, at path: ArraySlice<String>) {
      sum.cost += added.cost
      sum.bytes += added.bytes
      sum.values += added.values
      guard let first = path.first else { return }
      children[first, default: Index()].add(added, at: path.dropFirst())
    }

    func tree(named name: String) -> CostTree {
      var tree = CostTree(name: name)
      (tree.cost, tree.bytes, tree.values) = (sum.cost, sum.bytes, sum.values)
      tree.children = children.map { $1.tree(named: $0) }.sorted {
        $0.cost != $1.cost ? $0.cost > $1.cost : $0.name < $1.name
      }
      return tree
    }
  }
}
