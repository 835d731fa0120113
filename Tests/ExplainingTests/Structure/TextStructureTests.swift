import Explaining
import Testing

@Suite struct TextStructureTests {
  private func structure(_ text: String) -> TextStructure? { TextStructure(of: Array(text.utf8)) }

  private func tree(_ text: String) throws -> CostTree {
    let explanation = Samples.explanation(text)
    return CostTree(of: explanation, try #require(explanation.structure))
  }

  @Test func kindsAreTold() {
    #expect(structure(Samples.csv)?.name == "CSV")
    #expect(structure(Samples.csv.replacing("\"Rome, Italy\"", with: "Rome").replacing(",", with: "\t"))?
      .name == "table with tabs")
    #expect(structure(Samples.json) == .json)
    #expect(structure("[{\"a\": 1,\n  \"b\": [1, 2]},\n {\"a\": 2}]\n") == .json)
    #expect(structure("{\n  \"a\": {\n    \"b\": 3\n  }\n}\n") == .json)
    #expect(structure(Samples.log) == .log)
    let prose = "It was the best of times, it was the worst of times,\nit was the age, of wisdom\n"
    #expect(structure(String(repeating: prose + "and more.\n\nA paragraph\n", count: 20)) == nil)
    #expect(structure("") == nil)
    #expect(structure("\u{0}a,b\n\u{0}c,d\n") == nil)
  }

  @Test(arguments: [Samples.csv, Samples.json, Samples.log])
  func everythingIsInTheTreeOnce(text: String) throws {
    let tree = try tree(text)
    #expect(tree.bytes == text.utf8.count)
    #expect(tree.bits == 2 * Double(text.utf8.count))
    func check(_ tree: CostTree) {
      if tree.children.isEmpty { return }
      #expect(tree.children.reduce(0) { $0 + $1.cost } <= tree.cost)
      #expect(zip(tree.children, tree.children.dropFirst()).allSatisfy { $0.cost >= $1.cost })
      tree.children.forEach(check)
    }
    check(tree)
    #expect(tree.children.reduce(0) { $0 + $1.cost } == tree.cost)
    #expect(tree.pruned(to: 2).children.reduce(0) { $0 + $1.cost } == tree.cost)
    #expect(tree.pruned(to: 2).children.count <= 2)
  }

  @Test func columnsHaveTheirNames() throws {
    let tree = try tree(Samples.csv)
    #expect(Set(tree.children.map(\.name)) == ["name", "city", "year"])
    #expect(tree.children.allSatisfy { $0.values == 41 })
    // The comma in quotes separates nothing.
    #expect(tree.children[0].name == "city")
    let numbers = try self.tree(String(repeating: "1,2\n3,4\n", count: 10))
    #expect(Set(numbers.children.map(\.name)) == ["column 1", "column 2"])
  }

  @Test func keysAreATree() throws {
    let tree = try tree(Samples.json)
    let names = Set(tree.children.map(\.name))
    #expect(names.isSuperset(of: ["id", "user", "ok"]))
    let user = try #require(tree.children.first { $0.name == "user" })
    #expect(Set(user.children.map(\.name)).isSuperset(of: ["name", "tags", "(key)"]))
    let name = try #require(user.children.first { $0.name == "name" })
    #expect(name.values == 30)
    var fields: [UnitCost] = []
    let explanation = Samples.explanation(Samples.json)
    explanation.eachUnit(.field, .json) { fields.append($0) }
    #expect(fields.prefix(5).compactMap(\.name) == ["id", "user.name", "user.tags.[]", "user.tags.[]", "ok"])
    #expect(fields[1].text.hasSuffix("\"u0\""))
    #expect(fields[5].line == 2)
  }

  @Test func linesOfALogHaveTemplates() throws {
    let tree = try tree(Samples.log)
    #expect(Set(tree.children.map(\.name)) == [
      "<*> INFO accepted connection from <*> port <*>", "<*> WARN worker <*> is slow",
    ])
    #expect(tree.children.allSatisfy { $0.children.contains { $0.name == "<*> no. 2" } })
  }

  @Test func brokenJSONIsGoneThrough() {
    for text in ["{\"a\": [1, {\"b\":", "{{{{", "}}]]", "{\"a\\", "{\"a\": \"b\n\"c\": 1}"] {
      let explanation = Samples.explanation(text)
      let tree = CostTree(of: explanation, .json)
      #expect(tree.bytes == text.utf8.count, "\(text)")
    }
    let deep = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
    #expect(CostTree(of: Samples.explanation(deep), .json).bytes == 4000)
  }
}
