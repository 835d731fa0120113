import ArgumentParser
import Platform

/// Which files are read, besides those that are named.
struct InputFlags: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Take the files in folders, and in the folders in them.")
  var recursive = false

  @Flag(help: "With -r: follow symbolic links.")
  var follow = false

  @Option(
    help: .init(
      "With -r: leave out what has such a name, or such a path if it holds a slash; repeatable.",
      valueName: "pattern"))
  var exclude: [String] = []

  @Option(
    help: .init("Also take the files that this one names, one a line.", valueName: "file"),
    completion: .file())
  var filesFrom: String?

  @Option(
    name: .customLong("files0-from"),
    help: .init("The same, with a zero byte after each name.", valueName: "file"),
    completion: .file())
  var files0From: String?

  /// The operands and what they stand for; standard input if there are none.
  /// - Parameter accepts: of the files in folders.
  /// - Throws: `FileError` if a list cannot be read.
  func search(_ files: [String], accepts: @escaping (Path) -> Bool) throws -> OperandSearch {
    var search = OperandSearch()
    search.isRecursive = recursive
    search.followsLinks = follow
    search.excluded = exclude
    search.accepts = accepts
    for file in files { search.add(Input(argument: file)) }
    for (list, separator) in [(filesFrom, UInt8(ascii: "\n")), (files0From, 0)] {
      guard let list else { continue }
      for name in try FileContents.read(Input(argument: list)).split(separator: separator) {
        search.add(.file(Path(bytes: name)))
      }
    }
    if files.isEmpty, filesFrom == nil, files0From == nil { search.add(.standardInput) }
    return search
  }
}
