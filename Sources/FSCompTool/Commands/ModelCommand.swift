import ArgumentParser

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Work with models.",
    subcommands: [
      ModelInfoCommand.self, ModelImportCommand.self, ModelExportCommand.self,
      ModelAverageCommand.self,
    ])
}
