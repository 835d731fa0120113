import ArgumentParser
import Model
import Prediction

struct ModelInfoCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show what a model is.")

  @Argument(
    help: .init(
      "A model file, or the name of an installed model (default: the embedded one).",
      valueName: "file|name"),
    completion: .models())
  var model: String?

  func perform() throws -> ExitStatus {
    let bytes = try Models.contents(model)
    let (sections, file) = try Models.naming(model) {
      let sections = try ModelSections(bytes: bytes)
      return (sections, try ModelFile(sections))
    }
    let work = file.networks.reduce(0) { $0 + $1.shape.multiplyAddsPerByte }
    var parts = [
      TextTable.list(
        file.metadata.lines + [
          ("Id", "\(sections.id)"), ("Size", "\(NumberFormat.grouped(bytes.count)) bytes"),
          ("Work", "\(NumberFormat.grouped(work)) multiply-adds a byte"),
        ]),
      Self.table(sections.all),
    ]
    if !file.networks.isEmpty { parts.append(TextTable.list(fixedPointFormats)) }
    try StandardOutput.print(parts.joined(separator: "\n\n"))
    return .success
  }

  private static func table(_ sections: [ModelSection]) -> String {
    var table = TextTable([.left("Section"), .right("Bytes"), .left("Content")])
    for section in sections {
      table.add([
        "\(section.tag)", NumberFormat.grouped(section.payload.count), content(of: section),
      ])
    }
    return table.rendered
  }

  /// - Parameter section: of a valid file.
  private static func content(of section: ModelSection) -> String {
    switch section.tag {
    case .dictionary: (try? WordDictionary(section)).map { $0.shortDescription } ?? ""
    case .metadata: "the texts above"
    case .beginnings: (try? MixerBeginnings(section)).map { "\($0.key): \($0.shape)" } ?? ""
    case .network: (try? QuantizedNetwork(section))?.shape.longDescription ?? ""
    case .prior: (try? PriorTable(section))?.shortDescription ?? ""
    default: "not known to this program"
    }
  }
}
