import Platform
import TestSupport
import Testing

@Suite("Training")
struct TrainTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("text", Array((0..<20).flatMap { _ in Sample.text }))
  }

  /// A network so small that it trains in no time.
  static let small = ["--units", "16", "--slow-units", "16", "--streams", "4", "--steps", "8"]

  private func train(_ output: String, _ arguments: String...) throws -> Finished {
    try folder.start(["train", "text", "-o", output] + Self.small + arguments).finish()
  }

  @Test("A run leaves a model that compresses, a table and a picture")
  func training() throws {
    let finished = try train("m.fsm", "--bytes", "16K", "--provenance", "sentences")
    #expect(finished.status == 0)
    #expect(finished.output.isEmpty)
    #expect(finished.errorLines.count { $0.contains("valid") } >= 20)
    #expect(folder.names == ["m.csv", "m.fsm", "m.svg", "text"])
    #expect(finished.errorLines.last == "Beside it: m.csv, m.svg")
    let info = try folder.fscomp("model", "info", "m.fsm")
    #expect(info.text.contains("sentences") && info.text.contains("FS-LSTM-2: 16 fast units"))
    let table = try String(decoding: folder.read("m.csv"), as: UTF8.self)
    #expect(table.split(separator: "\n").count > 100)

    let trip = try folder.shell("fscomp -m m.fsm -c text | fscomp -m m.fsm -dc | cmp - text")
    #expect(trip.status == 0)

    let again = try train("m.fsm", "--bytes", "16K")
    #expect(again.status == 1)
    #expect(again.errors.contains("already exists"))
  }

  @Test("A run that is interrupted continues, and ends with the same model")
  func resuming() throws {
    // Long enough to be interrupted in.
    #expect(try train("whole.fsm", "--bytes", "512K", "--name", "m").status == 0)

    let arguments = ["--bytes", "512K", "--name", "m"]
    let process = try folder.start(["train", "text", "-o", "part.fsm"] + Self.small + arguments)
    try waitUntil("a checkpoint") { folder.names.contains("part.checkpoint.safetensors") }
    process.send(SIGINT)
    let stopped = try process.finish()
    try #require(stopped.signal == SIGINT)
    #expect(stopped.errors.contains("--resume part.checkpoint.safetensors"))
    #expect(!folder.names.contains("part.fsm"))

    let resumed = try folder.fscomp("train", "--resume", "part.checkpoint.safetensors", "-q")
    #expect(resumed.status == 0)
    #expect(resumed.errors.isEmpty)
    #expect(try folder.read("part.fsm") == folder.read("whole.fsm"))
    func losses(_ name: String) throws -> [[Substring]] {
      try String(decoding: folder.read(name), as: UTF8.self).split(separator: "\n").map {
        // All but the time.
        var fields = $0.split(separator: ",", omittingEmptySubsequences: false)
        fields.remove(at: 1)
        return fields
      }
    }
    #expect(try losses("part.csv") == losses("whole.csv"))
  }

  @Test("Only the data of a run continues it")
  func otherData() throws {
    #expect(try train("m.fsm", "--bytes", "1K", "--keep-checkpoint").status == 0)
    try folder.write("text", Array((0..<20).flatMap { _ in Sample.text } + [1]))
    let finished = try folder.fscomp("train", "--resume", "m.checkpoint.safetensors")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.contains("not what this run was trained on"))
  }

  @Test("A model is trained further, and exported and imported")
  func fineTuning() throws {
    #expect(try train("a.fsm", "--bytes", "8K").status == 0)
    let finished = try folder.fscomp(
      "train", "text", "--from", "a.fsm", "-o", "b.safetensors", "--bytes", "4K", "--streams", "4",
      "--steps", "8", "--keep-checkpoint")
    #expect(finished.status == 0)
    #expect(
      try folder.fscomp("model", "import", "b.safetensors", "-o", "b.fsm").status == 0)
    #expect(
      try folder.fscomp("model", "import", "b.checkpoint.safetensors", "-o", "c.fsm", "--name", "b")
        .status == 0)
    #expect(try folder.read("b.fsm") == folder.read("c.fsm"))
    #expect(try folder.fscomp("model", "export", "b.fsm", "-o", "d.safetensors").status == 0)
    #expect(
      try folder.fscomp("model", "import", "d.safetensors", "-o", "d.fsm").status == 0)
    let bits = try ["b.fsm", "d.fsm", "b.safetensors", "b.checkpoint.safetensors"].map { model in
      let text = try folder.fscomp("eval", model, "text", "--bytes", "4K").text
      let field = text.split(separator: " ").lazy.compactMap { Double($0) }.first
      return try #require(field, "\(model): \(text)")
    }
    #expect(abs(bits[0] - bits[1]) < 0.01)
    #expect(abs(bits[0] - bits[2]) < 0.1)
    #expect(abs(bits[2] - bits[3]) < 0.001)
  }

  @Test("A model that makes archives smaller is written with a prior of the text, and says so")
  func gain() throws {
    var random = SplitMix64(seed: 7)
    let parts = [
      "the harbour master of the old town", "a ladder behind the blue door",
      "some lessons about winter barley", "every third letter from the north",
    ]
    let lines = (0..<4000).map { index in
      "\(index): " + (0..<3).map { _ in parts.randomElement(using: &random)! }.joined(separator: ", ")
    }
    try folder.write("data", Array(lines.joined(separator: "\n").utf8))
    let finished = try folder.fscomp(
      "train", "data", "--from", "default", "-o", "m.fsm", "--bytes", "8K", "--streams", "8",
      "--steps", "16")
    #expect(finished.status == 0)
    let said = try #require(finished.errorLines.first { $0.hasPrefix("m.fsm: ") })
    let sizes = said.split(separator: " ").compactMap { Int($0.filter { $0 != "," }) }
    #expect(said.contains("default") && said.contains(" -> ") && sizes.count >= 3)
    #expect(sizes[1] < sizes[0])
    func prior(_ model: String) throws -> String? {
      try folder.fscomp("model", "info", model).text.split(separator: "\n")
        .first { $0.hasPrefix("PRIO") }.map(String.init)
    }
    #expect(try prior("m.fsm") != prior("default"))
  }

  @Test("A model that gains nothing is not written, unless by force")
  func noGain() throws {
    var random = SplitMix64(seed: 3)
    try folder.write("data", (0..<200_000).map { _ in UInt8.random(in: 32..<127, using: &random) })
    func finished(_ more: String...) throws -> Finished {
      try folder.start(
        ["train", "data", "--from", "default", "-o", "m.fsm", "--bytes", "2K", "--streams", "4"]
          + ["--steps", "8"] + more
      ).finish()
    }
    let idle = try finished()
    #expect(idle.status == 2)
    #expect(idle.errorLines.contains { $0.hasPrefix("No gain: ") })
    #expect(folder.names.contains("m.checkpoint.safetensors"))
    #expect(!folder.names.contains("m.fsm"))
    #expect(try finished("-f").status == 0)
    #expect(folder.names.contains("m.fsm"))
  }

  @Test("A text that is too short says how long it has to be")
  func shortText() throws {
    try folder.write("note", Array(Sample.text.prefix(1000)))
    let finished = try folder.fscomp("train", "note", "--from", "default", "-o", "m.fsm")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.contains("note: too short to learn from"))
    #expect(folder.names == ["note", "text"])
  }

  @Test("The mean of two models lies between them; of two sizes there is none")
  func averaging() throws {
    #expect(try train("a.fsm", "--bytes", "8K").status == 0)
    #expect(
      try folder.fscomp(
        "train", "text", "--from", "a.fsm", "-o", "b.fsm", "--bytes", "4K", "--streams", "4",
        "--steps", "8", "-f"
      ).status == 0)
    func average(_ share: String) throws -> [UInt8] {
      #expect(
        try folder.fscomp(
          "model", "average", "a.fsm", "b.fsm", "--share", share, "-o", "c.safetensors", "-f"
        ).status == 0)
      return try folder.read("c.safetensors")
    }
    func exported(_ model: String) throws -> [UInt8] {
      #expect(try folder.fscomp("model", "export", model, "-o", "d.safetensors", "-f").status == 0)
      return try folder.read("d.safetensors")
    }
    #expect(try average("0") == exported("a.fsm"))
    let half = try average("0.5")
    #expect(try half != exported("a.fsm"))
    #expect(try half != exported("b.fsm"))

    let other = try folder.fscomp("model", "average", "a.fsm", "default", "-o", "e.safetensors")
    #expect(other.status == 1)
    #expect(other.errors.contains("another size"))
    #expect(!folder.names.contains("e.safetensors"))
  }

  @Test("eval --archive counts the bytes of a real archive")
  func archives() throws {
    let finished = try folder.fscomp("eval", "default", "text", "--archive", "--bytes", "2K")
    #expect(finished.status == 0)
    let archive = try folder.shell("head -c 2048 text | fscomp -c | wc -c").text
      .filter { !$0.isWhitespace }
    #expect(finished.text.contains(" \(archive) bytes for 2,048"))
  }

  @Test(
    "What cannot be trained is refused in one line",
    arguments: [
      ["train"], ["train", "text"], ["train", "text", "-o", "m.fsm", "--preset", "none"],
      ["train", "text", "-o", "m.fsm", "--units", "17"],
      ["train", "text", "-o", "m.fsm", "--bytes", "1K", "--epochs", "2"],
      ["train", "text", "-o", "m.fsm", "--preset", "stacked-lstm"],
      ["train", "text", "-o", "m.fsm", "--from", "default", "--units", "16"],
      ["train", "text", "-o", "m.fsm", "--preset", "ptb-fs-lstm-2", "--engine", "fused"],
      ["train", "missing", "-o", "m.fsm"], ["train", "--resume", "text"],
      ["train", "--resume", "text", "--rate", "0.1"],
    ])
  func refusing(arguments: [String]) throws {
    let finished = try folder.start(arguments).finish()
    #expect(finished.status == 1)
    #expect(finished.errors.hasPrefix("fscomp: "))
    #expect(finished.errorLines.count <= 2)
    #expect(folder.names == ["text"])
  }
}
