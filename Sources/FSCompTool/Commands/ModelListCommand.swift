import ArgumentParser
import FSComp

struct ModelListCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show which models are installed, and where.",
    discussion: """
      The embedded model, and the model files in the folders of the search path, in the order in \
      which they are looked for. Each is read and checked.
      """)

  func perform() throws -> ExitStatus {
    let store = Models.installed
    let models = store.installed()
    var table = TextTable([
      .left("Name"), .left("Id"), .left("Networks"), .right("Bytes"), .left("Where"),
    ])
    for model in models { table.add(Self.row(model)) }
    let folders = store.searchPath.map { "\n  \(Path(argument: $0))" }.joined()
    try StandardOutput.print(table.rendered + "\n\nFolders, in this order:" + folders)
    return .success
  }

  private static func row(_ model: InstalledModel) -> [String] {
    let name = "\(Path(argument: model.name))"
    let place = model.path.map { "\(Path(argument: $0))" } ?? "embedded"
    switch model.summary {
    case .success(let summary):
      let remark = model.isShadowed ? " (shadowed: its name finds another)" : ""
      return [
        name, "\(summary.id)", summary.shapes.map(\.shortDescription).joined(separator: " + "),
        NumberFormat.grouped(summary.byteCount), place + remark,
      ]
    case .failure(.unusable(_, let reason)): return [name, "-", "-", "-", "\(place): \(reason)"]
    case .failure(let error): return [name, "-", "-", "-", "\(error)"]
    }
  }
}
