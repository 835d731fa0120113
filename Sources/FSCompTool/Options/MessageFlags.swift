import ArgumentParser

/// What is said on stderr.
struct MessageFlags: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say more; twice: still more.")
  var verbose: Int

  @Flag(name: .shortAndLong, help: "No warnings, summaries and progress; twice: no errors either.")
  var quiet: Int

  @Flag(help: "No progress line on the terminal.")
  var noProgress = false

  var console: Console {
    Console(verbosity: Verbosity(level: verbose - quiet), allowsProgress: !noProgress)
  }
}
