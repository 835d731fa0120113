import ArgumentParser
import FSComp

struct ListCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show what archives hold, without decompressing them.",
    discussion: "With -v also a line for each block.")

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Argument(
    help: .init("Archives; - or none: standard input.", valueName: "file"),
    completion: .file(extensions: ["fsc"]))
  var files: [String] = []

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(files, input, console)
  }

  static func perform(
    _ files: [String], _ input: InputFlags, _ console: Console
  ) throws -> ExitStatus {
    let search = try input.search(files, accepts: \.isArchive)
    var status = search.report(to: console)
    var listings: [Listing] = []
    for input in search.operands.map(\.input) {
      do {
        listings.append(try Listing(input))
      } catch {
        console.error(error)
        status = .failure
      }
    }
    guard !listings.isEmpty else { return status }
    var parts = [Listing.table(listings, Models.installed)]
    if console.verbosity >= .verbose { parts += listings.map(\.blockTable) }
    try StandardOutput.print(parts.joined(separator: "\n\n"))
    return status
  }
}
