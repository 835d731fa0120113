/// Sets of contexts, as the headers of blocks number them: which blocks a network takes part in. It can
/// take part in those of the first three.
package struct ContextSets: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// - Parameter number: of a set, 1...6.
  package init(number: UInt8) { self.init(rawValue: 1 << (number - 1)) }

  package static let small = ContextSets(number: 1)
  package static let standard = ContextSets(number: 2)
  package static let full = ContextSets(number: 3)
  package static let all: ContextSets = [.small, .standard, .full]

  /// Each with its name.
  package static let named: [(name: String, set: ContextSets)] = [
    ("small", .small), ("standard", .standard), ("full", .full),
  ]
}

extension ContextSets: CustomStringConvertible {
  package var description: String {
    Self.named.filter { contains($0.set) }.map { $0.name }.joined(separator: ", ")
  }
}
