import Testing

@Suite("Models")
struct ModelTests {
  let folder: TemporaryFolder
  private static let tests =
    #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
  private static let weights = tests + "/TrainingTests/Fixtures/fslstm3.safetensors"

  init() throws { folder = try TemporaryFolder() }

  private func importModel(_ name: String = "small.fsm") throws {
    let finished = try folder.fscomp(
      "model", "import", Self.weights, "-o", name, "--provenance", "a test's numbers")
    #expect(finished.status == 0)
    #expect(finished.errors.isEmpty)
  }

  @Test("Weights become a model that info describes, the same one every time")
  func importing() throws {
    try importModel()
    try importModel("other.fsm")
    let info = try folder.fscomp("model", "info", "small.fsm")
    #expect(info.status == 0)
    for part in ["small", "FS-LSTM-3", "a test's numbers", "int8"] {
      #expect(info.text.contains(part), "\(part)")
    }
    // Only the names differ.
    #expect(try folder.read("small.fsm").count == folder.read("other.fsm").count)
    let again = try folder.fscomp("model", "import", Self.weights, "-o", "small.fsm")
    #expect(again.status == 1)
    #expect(again.errors.contains("already exists"))
    let named = try folder.fscomp(
      "model", "import", Self.weights, "-o", "third.fsm", "--name", "small",
      "--provenance", "a test's numbers")
    #expect(named.status == 0)
    #expect(try folder.read("third.fsm") == folder.read("small.fsm"))
  }

  @Test("What is not weights is refused by name")
  func refusing() throws {
    try folder.write("a.safetensors", Sample.text)
    let finished = try folder.fscomp("model", "import", "a.safetensors", "-o", "a.fsm")
    #expect(finished.status == 1)
    #expect(finished.errors.hasPrefix("fscomp: a.safetensors: "))
    #expect(finished.errorLines.count == 1)
    #expect(folder.names == ["a.safetensors"])
  }

  @Test("An archive asks for its model by id, and takes it from -m or from the search path")
  func needing() throws {
    let vectors = Self.tests + "/FSCompTests/Vectors"
    let plain = try folder.shell("cat \(vectors)/one-lane.plain").output
    let archive = try folder.shell("cat \(vectors)/one-lane.fsc").output
    #expect(try folder.shell("cp \(vectors)/test-vectors.fsm small.fsm").status == 0)
    let without = try folder.fscomp("-d", input: .bytes(archive))
    #expect(without.status == 1)
    #expect(without.output.isEmpty)
    let info = try folder.fscomp("model", "info", "small.fsm").text
    let id = try #require(
      info.split(separator: "\n").first { $0.hasPrefix("Id:") }?.split(separator: " ").last)
    #expect(without.errors.contains(id))
    #expect(without.errors.contains("-m"))
    #expect(without.errorLines.count == 1)
    #expect(
      try folder.fscomp("-d", "-m", "small.fsm", input: .bytes(archive)).output == plain)
    let found = try folder.fscomp(
      "-d", input: .bytes(archive), environment: ["FSCOMP_MODELS": folder.path])
    #expect(found.output == plain)
    let named = try folder.fscomp(
      "-m", "small", "--lanes", "1", input: .bytes(plain), environment: ["FSCOMP_MODELS": folder.path])
    #expect(
      try folder.fscomp("-d", "-m", "small.fsm", input: .bytes(named.output)).output == plain)
  }

  @Test("eval compares a model with its weights")
  func evaluating() throws {
    try importModel()
    try folder.write("text", Array(Sample.text.prefix(640)))
    let finished = try folder.fscomp(
      "eval", "small.fsm", "text", "--lanes", "4", "--float", Self.weights)
    #expect(finished.status == 0)
    let lines = finished.text.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == ["fixed", "floating", "difference"])
    #expect(lines[0].contains("over 640 bytes in 4 lanes"))
    let tooFew = try folder.fscomp("eval", "default", "text", "--lanes", "200", "--bytes", "100")
    #expect(tooFew.status == 1)
  }
}
