import ArgumentParser
import FSComp
import TextTransform

struct ModelCodeCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "code",
    abstract: "Write a text in the codes of a model's dictionary.",
    discussion: """
      What comes out is what the context models see of a block of coded text, and what a network \
      that is to read such has to be trained on.
      """)

  @Argument(help: .init("A file.", valueName: "file"), completion: .file())
  var file: String

  @Option(
    name: .shortAndLong, help: .init("The model (default: the embedded one)."),
    completion: .models())
  var model: String?

  @Option(
    name: .shortAndLong, help: .init("Write to this file.", valueName: "file"),
    completion: .file())
  var output: String

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func perform() throws -> ExitStatus {
    let model = try Models.model(self.model)
    guard let lexicon = model.lexicon else {
      throw FileError(self.model ?? "model", "has no dictionary")
    }
    let plain = try FileContents.read(Path(argument: file))
    try WholeFile.write(
      TextEncoder(lexicon).encode(plain), to: Path(argument: output), replacing: force)
    return .success
  }
}
