import ArgumentParser
import FSComp

struct ListCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show what archives hold, without decompressing them.",
    discussion: "With -v also a line for each block. Of files only the indexes are read.")

  @Flag(help: "Print JSON.") var json = false

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @OptionGroup var archives: ArchiveOperands

  var console: Console { messages.console }

  func perform() throws -> ExitStatus {
    try Self.perform(archives.files, input, json: json, console)
  }

  static func perform(
    _ files: [String], _ input: InputFlags, json: Bool = false, _ console: Console
  ) throws -> ExitStatus {
    let search = try input.search(files, accepts: \.isArchive)
    var status = search.report(to: console)
    Sandbox.readOnly(search.operands.map(\.input), Models.installed)
    var listings: [Listing] = []
    for input in search.operands.map(\.input) {
      do {
        listings.append(try Listing(input, withBlocks: console.verbosity >= .verbose))
      } catch {
        console.error(error)
        status = .failure
      }
    }
    if json {
      try StandardOutput.print(
        Listing.json(
          listings, Models.installed, withBlocks: console.verbosity >= .verbose))
      return status
    }
    guard !listings.isEmpty else { return status }
    var parts = [Listing.table(listings, Models.installed)]
    if console.verbosity >= .verbose { parts += listings.map(\.blockTable) }
    try StandardOutput.print(parts.joined(separator: "\n\n"))
    return status
  }
}
