import Testing

@Suite("The manual")
struct ManualTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("The man page has every option of the program and of its file commands")
  func options() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let page = try folder.shell("sed 's/\\\\-/-/g' \(path)/docs/fscomp.1").text
    var options: Set<String> = []
    for command in [[], ["compress"], ["decompress"], ["test"], ["list"], ["cat"]] {
      let help = try folder.start(command + ["--help"]).finish().text
      for word in help.split(whereSeparator: { " ,/\n".contains($0) }) where word.hasPrefix("--") {
        options.insert(String(word.prefix { $0.isLetter || $0.isNumber || $0 == "-" }))
      }
    }
    #expect(options.count > 25)
    for option in options.sorted() where option != "--" {
      #expect(page.contains(option), "\(option)")
    }
  }
}
