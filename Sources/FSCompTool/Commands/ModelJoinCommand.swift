import ArgumentParser
import Model

struct ModelJoinCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "Make a model of the networks of several, an ensemble.",
    discussion: """
      Each network takes the time that it takes alone. What mixers begin with is that of the first \
      model, with the weight of its network shared among all.
      """)

  @Argument(
    help: .init(
      "Models, files or names, of at most \(ModelFile.mostNetworks) networks in all.",
      valueName: "model"),
    completion: .models())
  var models: [String]

  @Option(
    name: .shortAndLong, help: .init("Write the model to this file.", valueName: "file"),
    completion: .file(extensions: ["fsm"]))
  var output: String

  @OptionGroup var metadata: MetadataFlags

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func validate() throws {
    guard models.count >= 2 else { throw ValidationError("name two models or more") }
  }

  func perform() throws -> ExitStatus {
    let target = Path(argument: output)
    let files = try models.map { name throws(FileError) in try Models.file(name) }
    let networkCount = files.reduce(0) { $0 + $1.networks.count }
    guard networkCount <= ModelFile.mostNetworks else {
      throw FileError(
        target, "would have \(networkCount) networks; \(ModelFile.mostNetworks) are possible")
    }
    func joined(_ text: KeyPath<ModelMetadata, String>, by separator: String) -> String {
      var texts: [String] = []
      for case let new in files.map({ $0.metadata[keyPath: text] })
      where !new.isEmpty && !texts.contains(new) { texts.append(new) }
      return texts.joined(separator: separator)
    }
    let model = try ModelFile(
      joining: files,
      metadata: metadata.texts.metadata(
        for: target, provenance: "an ensemble of \(joined(\.name, by: ", "))",
        trainingText: joined(\.trainingText, by: "; "), licence: joined(\.licence, by: "; ")))
    try WholeFile.write(model.serialized(), to: target, replacing: force)
    return .success
  }
}
