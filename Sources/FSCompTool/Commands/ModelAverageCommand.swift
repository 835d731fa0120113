import ArgumentParser
import Training

struct ModelAverageCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "average",
    abstract: "Write the mean of a model and what training has made of it.",
    discussion: """
      A model that has been trained further on other data forgets some of what it knew. The mean of \
      the weights before and after often keeps most of both. The result is float weights, for \
      fscomp model import or fscomp train.
      """)

  @Argument(
    help: .init("A model, or float weights in safetensors.", valueName: "before"),
    completion: .models(orFiles: [Models.suffix, FloatModels.suffix]))
  var before: String

  @Argument(
    help: .init("The same, of the same sizes.", valueName: "after"),
    completion: .models(orFiles: [Models.suffix, FloatModels.suffix]))
  var after: String

  @Option(
    name: .shortAndLong, help: .init("Write the weights to this file.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  @Option(help: .init("How much of the second there is in the mean, 0 to 1.", valueName: "x"))
  var share = 0.5

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func validate() throws {
    guard (0...1).contains(share) else { throw ValidationError("--share is from 0 to 1") }
  }

  func perform() throws -> ExitStatus {
    let parameters = try FloatModels.parameters(before)
    guard
      let mean = parameters.averaged(
        with: try FloatModels.parameters(after), share: Float(share))
    else { throw FileError(Path(argument: after), "is a network of another size than \(before)") }
    try FloatModels.write(mean, to: Path(argument: output), replacing: force)
    return .success
  }
}
