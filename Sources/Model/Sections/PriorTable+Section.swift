// A section PRIO: the lines, and nothing else.
extension PriorTable {
  package init(_ section: ModelSection) throws(ModelError) { try self.init(lines: section.payload) }

  package var section: ModelSection { ModelSection(.prior, lines) }
}
