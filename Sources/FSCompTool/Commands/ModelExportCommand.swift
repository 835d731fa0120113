import ArgumentParser

struct ModelExportCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write what a model holds in forms that people can read.",
    discussion: """
      Into a folder go the texts about the model, the words of its dictionary, the numbers that \
      mixers begin with as text, and each network in the safetensors format; into a file that \
      ends in .safetensors, a model's one network alone. Networks can be trained on, or imported \
      again. A model keeps its numbers rounded, and what is exported are the rounded ones.
      """)

  @Argument(help: .init("A model file, or a name; \"default\" is the embedded one."),
    completion: .models())
  var model: String

  @Option(
    name: .shortAndLong,
    help: .init(
      "Write to this folder, which is made if need be, or this .safetensors file.",
      valueName: "folder|file"),
    completion: .file())
  var output: String

  @Flag(name: .shortAndLong, help: "Overwrite existing files.")
  var force = false

  func perform() throws -> ExitStatus {
    let target = Path(argument: output)
    if output.hasSuffix(FloatModels.suffix) {
      try FloatModels.write(FloatModels.parameters(model), to: target, replacing: force)
    } else {
      try ModelFolder(path: target).write(Models.file(model), replacing: force)
    }
    return .success
  }
}
