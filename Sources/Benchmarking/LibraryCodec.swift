/// A compressor that is a library linked into this program. It runs in a ``PeerWorker``.
package protocol LibraryCodec {
  func describe() throws -> ProgramDescription

  /// Reads all of `input` and writes all of `output`, both opened at their beginnings.
  func run(_ direction: Direction, from input: borrowing OpenFile, to output: borrowing OpenFile)
    throws
}

/// A library codec and its settings, in a form that fits on a command line.
package enum CodecSettings: Sendable, Equatable {
  case zstd(ZstdSettings)
  case fscomp(FscompSettings)

  package var codec: any LibraryCodec {
    switch self {
    case .zstd(let settings): ZstdCodec(settings: settings)
    case .fscomp(let settings): FscompCodec(settings: settings)
    }
  }

  /// The codec's name, then its settings as "key=value".
  package var words: [String] {
    switch self {
    case .zstd(let settings):
      return [
        "zstd", "level=\(settings.level)", "window=\(settings.windowLog)",
        "threads=\(settings.threads)",
      ]
    case .fscomp(let settings):
      var words = ["fscomp", "threads=\(settings.threads)"]
      if let model = settings.model { words.append("model=\(model)") }
      if let level = settings.level { words.append("level=\(level)") }
      if let size = settings.blockSize { words.append("block-size=\(size)") }
      if let lanes = settings.lanes { words.append("lanes=\(lanes)") }
      return words
    }
  }

  /// - Throws: ``PeerFailure`` if the words are not what ``words`` makes.
  package init(words: some Sequence<String>) throws(PeerFailure) {
    var values: [Substring: Substring] = [:]
    var name: String?
    for word in words {
      if name == nil {
        name = word
      } else if let equals = word.firstIndex(of: "=") {
        values[word[..<equals]] = word[word.index(after: equals)...]
      } else {
        throw PeerFailure("not a setting: \(word)")
      }
    }
    func number(_ key: Substring) throws(PeerFailure) -> Int? {
      guard let text = values[key] else { return nil }
      guard let number = Int(text) else { throw PeerFailure("\(key) is no number: \(text)") }
      return number
    }
    let threads = try number("threads") ?? 1
    switch name {
    case "zstd":
      guard let level = try number("level"), let window = try number("window") else {
        throw PeerFailure("zstd needs a level and a window")
      }
      self = .zstd(ZstdSettings(level: level, windowLog: window, threads: threads))
    case "fscomp":
      self = .fscomp(
        FscompSettings(
          model: values["model"].map(String.init), level: try number("level"),
          blockSize: try number("block-size"), lanes: try number("lanes"), threads: threads))
    default: throw PeerFailure("no such codec: \(name ?? "none")")
    }
  }
}
