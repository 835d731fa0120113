import FSComp

/// What was read and written for one input.
struct Outcome {
  var plainBytes: Int
  var archiveBytes: Int
  /// What a damaged archive no longer holds; empty unless it was salvaged.
  var lost: [LostRange] = []
}

/// What happens to each input.
protocol FileOperation {
  var direction: ProgressSnapshot.Direction { get }
  /// Whether it writes compressed data, which is kept off terminals.
  var writesArchive: Bool { get }
  /// Whether a sink is still good for the next input after this one failed in the middle.
  var survivesPartialOutput: Bool { get }

  /// The output's name where none was given. Throws `FileError` if the input's name has none.
  func target(for path: Path) throws -> Path

  /// One input to one output, from where the source stands to its end.
  func run(
    _ source: inout FileSource, _ sink: inout FileSink, progress: @escaping (Progress) -> Void
  ) throws -> Outcome

  /// Reads the finished output again, and throws unless it stands for the input.
  func verify(output: Descriptor, input: Descriptor, _ outcome: Outcome) throws

  /// One line about what was done.
  func summary(_ outcome: Outcome, input: String, output: String) -> String
}
