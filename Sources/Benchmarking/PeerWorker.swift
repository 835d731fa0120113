import Platform

/// The inside of a child process that runs a library codec, so that its time and memory are its
/// own. The tool gives control to it under the hidden subcommand ``commandName``.
public enum PeerWorker {
  /// What this program is called with, before the words of a ``WorkerRequest``.
  public static let commandName = "peer-worker"

  /// Does what `words` ask and prints the answer on standard output.
  /// - Throws: what the codec throws, or an error of the files.
  public static func run(_ words: [String]) throws {
    switch try WorkerRequest(words: words) {
    case .describe(let settings):
      print(WorkerAnswer.text(try settings.codec.describe()), terminator: "")
    case .run(let direction, let input, let output, let settings):
      let start = MonotonicClock.now()
      try runCodec(settings, direction, from: input, to: output)
      let seconds = MonotonicClock.now() - start
      print(WorkerAnswer.text(seconds: seconds, peakMemory: peakMemory()), terminator: "")
    }
  }

  /// The files are opened and closed inside the time that is measured, as other programs do.
  package static func runCodec(
    _ settings: CodecSettings, _ direction: Direction, from input: String, to output: String
  ) throws {
    let source = try OpenFile(reading: input)
    let target = try OpenFile(writing: output)
    try settings.codec.run(direction, from: source, to: target)
  }
}

extension PeerWorker {
  /// Bytes: this process's largest resident set since its program began, which unlike what `wait4`
  /// tells its parent does not begin with the parent's own; nil if the system does not say.
  static func peakMemory() -> Int? {
    let line = FileContents.text(of: "/proc/self/status").split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }
    // "VmHWM:    1234 kB"
    let fields = line?.split(whereSeparator: { " \t".contains($0) }) ?? []
    return fields.count == 3 ? Int(fields[1]).map { $0 << 10 } : nil
  }
}

/// What a worker is asked to do.
package enum WorkerRequest: Sendable, Equatable {
  case describe(CodecSettings)
  case run(Direction, input: String, output: String, CodecSettings)

  package var words: [String] {
    switch self {
    case .describe(let settings): ["describe"] + settings.words
    case .run(let direction, let input, let output, let settings):
      [direction.rawValue, input, output] + settings.words
    }
  }

  package init(words: [String]) throws(PeerFailure) {
    if words.first == "describe" {
      self = .describe(try CodecSettings(words: words.dropFirst()))
    } else if words.count > 3, let direction = Direction(rawValue: words[0]) {
      self = .run(
        direction, input: words[1], output: words[2],
        try CodecSettings(words: words.dropFirst(3)))
    } else {
      throw PeerFailure("a worker cannot do this: \(words)")
    }
  }
}

/// What a worker prints: lines of a key, a tab, and values.
package enum WorkerAnswer {
  package static func text(seconds: Double, peakMemory: Int?) -> String {
    "seconds\t\(seconds)\n" + (peakMemory.map { "peak\t\($0)\n" } ?? "")
  }

  package static func text(_ description: ProgramDescription) -> String {
    var text = "label\t\(description.label)\n"
    if let version = description.version { text += "version\t\(version)\n" }
    for part in description.decoder { text += "part\t\(part.name)\t\(part.byteCount)\n" }
    return text
  }

  /// - Parameter peakMemory: stands in if the worker does not know its own.
  package static func cost(_ text: String, peakMemory: Int) throws(PeerFailure) -> RunCost {
    var seconds: Double?
    var peakMemory = peakMemory
    for fields in lines(text) where fields.count == 2 {
      if fields[0] == "seconds" { seconds = Double(fields[1]) }
      if fields[0] == "peak", let peak = Int(fields[1]) { peakMemory = peak }
    }
    guard let seconds else { throw PeerFailure("the worker told no time") }
    return RunCost(seconds: seconds, peakMemory: peakMemory)
  }

  package static func description(_ text: String) throws(PeerFailure) -> ProgramDescription {
    var description: ProgramDescription?
    for fields in lines(text) {
      switch (fields[0], fields.count) {
      case ("label", 2): description = ProgramDescription(label: String(fields[1]))
      case ("version", 2): description?.version = String(fields[1])
      case ("part", 3):
        guard let size = Int(fields[2]) else { throw PeerFailure("no size: \(fields[2])") }
        description?.decoder.append(DecoderPart(name: String(fields[1]), byteCount: size))
      default: throw PeerFailure("the worker said: \(fields[0])")
      }
    }
    guard let description else { throw PeerFailure("the worker did not answer") }
    return description
  }

  private static func lines(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
  }
}
