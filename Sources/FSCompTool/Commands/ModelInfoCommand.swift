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
    var parts = [
      TextTable.list(
        file.metadata.lines + [
          ("Id", "\(sections.id)"), ("Size", "\(NumberFormat.grouped(bytes.count)) bytes"),
        ] + Self.work(of: file)),
      Self.table(sections.all),
    ]
    if !file.networks.isEmpty { parts.append(TextTable.list(fixedPointFormats)) }
    try StandardOutput.print(parts.joined(separator: "\n\n"))
    return .success
  }

  /// What the networks of each set of contexts cost; in one line where that is the same for all.
  private static func work(of file: ModelFile) -> [(String, String)] {
    let symbol = file.dictionary?.isReadByNetworks == true ? "symbol of coded text" : "byte"
    let works = ContextSets.named.map { name, set in
      (name: name, work: file.networks.reduce(0) {
        $0 + ($1.sets.isSuperset(of: set) ? $1.shape.multiplyAddsPerByte : 0)
      })
    }
    func text(_ work: Int) -> String {
      "\(NumberFormat.grouped(work)) multiply-adds a \(symbol)"
    }
    if works.allSatisfy({ $0.work == works[0].work }) { return [("Work", text(works[0].work))] }
    return works.map { ("Work, \($0.name)", text($0.work)) }
  }

  private static func description(of network: QuantizedNetwork) -> String {
    let sets = network.sets == .all ? "" : "; mixed with the sets \(network.sets)"
    return network.shape.longDescription + sets
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
    case .network: (try? QuantizedNetwork(section)).map(Self.description) ?? ""
    case .prior: (try? PriorTable(section))?.shortDescription ?? ""
    default: "not known to this program"
    }
  }
}
