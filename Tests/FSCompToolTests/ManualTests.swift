import Testing

@Suite("The manual")
struct ManualTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "A page has every option of its commands",
    arguments: [
      ("fscomp.1", [[], ["compress"], ["decompress"], ["test"], ["list"], ["cat"], ["grep"]], 25),
      ("fscomp-train.1", [["train"]], 24),
      ("fscomp-bench.1", [["bench"]], 10),
      ("fscomp-eval.1", [["eval"]], 9),
      ("fscomp-explain.1", [["explain"]], 24),
      (
        "fscomp-model.1",
        ["list", "info", "import", "export", "join", "average", "dictionary", "prior", "code"]
          .map { ["model", $0] }, 11
      ),
    ] as [(String, [[String]], Int)])
  func options(page name: String, commands: [[String]], leastCount: Int) throws {
    let page = try Self.tagged(folder.shell("cat \(Self.docs)/\(name)").text)
    var options: Set<String> = []
    for command in commands {
      try options.formUnion(Self.options(inHelp: folder.start(command + ["--help"]).finish().text))
    }
    #expect(options.count >= leastCount)
    let missing = options.subtracting(page).sorted()
    #expect(missing.isEmpty, "\(name) does not explain \(missing.joined(separator: ", "))")
    #expect(!page.contains("--surely-no-option"))
  }

  @Test("Every command that people see has a page")
  func commands() throws {
    let help = try folder.fscomp("--help").text
    let commands = help.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst().prefix { !$0.isEmpty }
      .filter { $0.prefix { $0 == " " }.count == 2 }.compactMap { $0.split(separator: " ").first }
    #expect(commands.count >= 9)
    let page = try folder.shell("sed 's/\\\\//g' \(Self.docs)/fscomp.1").text
    for command in commands { #expect(page.contains(command), "\(command)") }
    for command in ["train", "model", "eval", "explain", "bench"] {
      #expect(commands.contains { $0 == command })
      #expect(page.contains("fscomp-\(command) (1)"), "\(command)")
    }
  }

  @Test("Every page is installed")
  func installed() throws {
    let pages = try folder.shell("cd \(Self.docs) && ls *.[1-8]").text.split(separator: "\n")
    let makefile = try folder.shell("grep '^MANUAL := ' \(Self.docs)/../Makefile").text
    let installed = makefile.split(whereSeparator: \.isWhitespace).dropFirst(2)
    #expect(installed.sorted() == pages.sorted())
    #expect(pages.count >= 7)
  }

  private static let docs =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs"

  /// The long options that begin an explanation: those in the tag line of a list.
  private static func tagged(_ page: String) -> Set<String> {
    var options: Set<String> = []
    var isTag = false
    for line in page.split(separator: "\n") {
      if isTag {
        options.formUnion(
          longOptions(line.replacing("\\-", with: "-").replacing("\\fP", with: " ")))
      }
      isTag = line == ".TP" || line == ".TQ"
    }
    return options
  }

  private static func options(inHelp help: String) -> Set<String> {
    // What explains an option may name others; the column of the options itself begins a line.
    longOptions(
      help.split(separator: "\n").filter { $0.drop { $0 == " " }.first == "-" }
        .joined(separator: "\n"))
  }

  private static func longOptions(_ text: some StringProtocol) -> Set<String> {
    Set(
      text.split { " ,/\n\"\\[".contains($0) }.filter { $0.hasPrefix("--") }
        .map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "-" }) })
  }
}
