import ArgumentParser

/// The archives that a command reads.
struct ArchiveOperands: ParsableArguments {
  @Argument(
    help: .init("Archives; - or none: standard input.", valueName: "file"),
    completion: .file(extensions: ["fsc"]))
  var files: [String] = []
}
