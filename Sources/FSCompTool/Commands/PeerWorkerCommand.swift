import ArgumentParser
import Benchmarking

/// Where `fscomp bench` sends the children that run a library codec. Not for people.
struct PeerWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PeerWorker.commandName, shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough)
  var words: [String] = []

  func run() throws {
    try PeerWorker.run(words)
  }
}
