import ArgumentParser
import Training

struct ModelExportCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the float weights that a model stands for.",
    discussion: """
      The result, in the safetensors format, can be trained on, or imported again. A model keeps \
      its numbers rounded, and what is exported are the rounded ones.
      """)

  @Argument(help: .init("A model file, or a name; \"default\" is the embedded one."))
  var model: String

  @Option(
    name: .shortAndLong, help: .init("Write the weights to this file.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func perform() throws -> ExitStatus {
    try FloatModels.write(
      FloatModels.parameters(model), to: Path(argument: output), replacing: force)
    return .success
  }
}
